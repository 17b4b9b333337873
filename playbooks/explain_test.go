package playbooks

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shown is a runbook that is read to be shown.
func shown(t *testing.T, files fstest.MapFS, name string) *Runbook {
	t.Helper()
	r, err := Read(files, name, ReadOptions{Documents: true})
	require.NoError(t, err)
	return r
}

func explained(t *testing.T, r *Runbook, opts ExplainOptions) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.Explain(&b, opts))
	return b.String()
}

const explainedText = `# Shop runbook

## Checkout fails (P0)

**Symptoms:**
- Orders stop

**Diagnosis:**
` + "```sql\n-- Orders of the last hour\nSELECT count(*) FROM orders;\n\n-- Close what hangs\nSELECT pg_terminate_backend(7);\n```" + `
1. Read the log of the worker
2. Ask it:
   ` + "```bash\n   curl -I https://shop.acme.dev/health\n   ```" + `

## Ideas

- blue
- green
`

func TestExplainFitsATerminalAndNamesEverySection(t *testing.T) {
	r := shown(t, fstest.MapFS{"shop.md": {Data: []byte(explainedText)}}, "shop.md")
	for _, opts := range []ExplainOptions{{}, {Parts: true}, {Line: 11}, {File: "shop.md", Line: 24}} {
		out := explained(t, r, opts)
		for _, l := range strings.Split(out, "\n") {
			assert.LessOrEqual(t, width(l), columns, l)
		}
		assert.Contains(t, out, "<!-- mayday: phase diagnosis -->")
	}
	out := explained(t, r, ExplainOptions{})
	for _, title := range []string{"Shop runbook", "Checkout fails (P0)", "Symptoms", "Diagnosis", "Ideas"} {
		assert.Contains(t, out, title)
	}
	assert.Contains(t, out, "scenario checkout-fails")
	assert.Contains(t, out, "because its heading names a problem")
	assert.NotContains(t, out, "Orders stop", "parts are told where they are asked for")
	assert.Contains(t, explained(t, r, ExplainOptions{Parts: true}), "- Orders stop")
}

func TestExplainOneLine(t *testing.T) {
	r := shown(t, fstest.MapFS{"shop.md": {Data: []byte(explainedText)}}, "shop.md")
	out := explained(t, r, ExplainOptions{Line: 14})
	assert.Contains(t, out, `"Checkout fails (P0)": scenario checkout-fails`)
	assert.Contains(t, out, "step 2, by hand, because it acts on the server")
	assert.Contains(t, explained(t, r, ExplainOptions{Line: 2}), "stands for nothing")
	var b bytes.Buffer
	require.ErrorContains(t, r.Explain(&b, ExplainOptions{Line: 900}), "no line 900")
	require.ErrorContains(t, r.Explain(&b, ExplainOptions{File: "other.md", Line: 1}), `no file "other.md"`)
	two := shown(t, fstest.MapFS{"a.md": {Data: []byte(explainedText)}, "b.md": {Data: []byte(explainedText)}}, ".")
	require.ErrorContains(t, two.Explain(&b, ExplainOptions{Line: 1}), "name one, a.md:1")
}

func TestNothingInADocumentCommandsTheTerminal(t *testing.T) {
	r := shown(t, fstest.MapFS{"x.md": {Data: []byte("# Disk \x1b[31mfull\x07\n\n1. Delete \x1b]0;owned\x07 it\n")}}, "x.md")
	var b bytes.Buffer
	require.NoError(t, r.Account(&b, AccountOptions{}))
	for _, out := range []string{b.String(), explained(t, r, ExplainOptions{Parts: true}), explained(t, r, ExplainOptions{Line: 3})} {
		assert.NotContains(t, out, "\x1b")
		assert.NotContains(t, out, "\x07")
	}
}

func TestRolesOfLines(t *testing.T) {
	r := shown(t, fstest.MapFS{"shop.md": {Data: []byte(explainedText)}}, "shop.md")
	roles := r.LineRoles(r.Documents[0])
	for no, want := range map[int]Role{1: RoleHeading, 2: "", 3: RoleHeading, 6: RoleSign, 10: RoleRun, 11: RoleRun, 13: RoleByHand, 14: RoleByHand, 16: RoleStep, 17: RoleStep, 18: RoleCheck, 19: RoleCheck, 22: RoleHeading} {
		assert.Equal(t, want, roles[no-1].Role, "line %d: %s", no, r.Documents[0].Lines[no-1])
	}
	assert.Equal(t, 1, roles[10-1].Step, "a comment belongs to the statement below it")
	assert.Equal(t, 2, roles[13-1].Step)
	assert.Equal(t, "query checkout-fails/orders-of-the-last-hour", roles[11-1].Detail)
}

// Every part of every document at hand has a role, and no line of it is without.
func TestEveryUseHasARole(t *testing.T) {
	r := Default(ReadOptions{Documents: true})
	require.NotEmpty(t, r.Parts)
	for _, p := range r.Parts {
		assert.Contains(t, Roles, rolesOfUses[p.Use], p.Use)
	}
	for i, l := range r.LineRoles(r.Documents[0]) {
		if l.Part >= 0 {
			assert.NotEmpty(t, l.Role, "line %d", i+1)
		}
	}
}
