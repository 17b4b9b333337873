package playbooks

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What must never be asked, run or called because a document holds it.
func TestACommandThatSendsIsNoCheck(t *testing.T) {
	for command, checked := range map[string]bool{
		"curl -I https://shop.grocer.dev":                                true,
		"curl -sSfL https://shop.grocer.dev/health":                      true,
		"curl -s -o /dev/null -w '%{http_code}' https://shop.grocer.dev": true,
		"curl -X GET https://shop.grocer.dev":                            true,
		"curl --max-time 5 --head https://shop.grocer.dev # look":        true,
		"curl https://shop.grocer.dev/health | head":                     true,
		"curl -sX DELETE https://shop.grocer.dev/a":                      false,
		"curl -sXPUT https://shop.grocer.dev/a":                          false,
		"curl -fsSLXPATCH https://shop.grocer.dev/a":                     false,
		"curl -sd a=b https://shop.grocer.dev/a":                         false,
		"curl -vF a=b https://shop.grocer.dev/a":                         false,
		"curl -sT file https://shop.grocer.dev/a":                        false,
		"curl --req POST https://shop.grocer.dev/a":                      false,
		"curl --request=DELETE https://shop.grocer.dev/a":                false,
		"curl -K config https://shop.grocer.dev/a":                       false,
		"curl -su a:b https://shop.grocer.dev/a":                         false,
		`curl -sH "Authorization: x" https://shop.grocer.dev/a`:          false,
		"curl -x proxy.grocer.dev https://shop.grocer.dev/a":             false,
	} {
		probe, _ := curlProbe(command)
		assert.Equal(t, checked, probe != nil, command)
	}
}

func TestWhoMustNotBePagedIsNot(t *testing.T) {
	const text = "# R\n\n## Contacts\n\n- Primary: Ana Ruiz, ana@grocer.dev\n- noreply@grocer.dev sends the alerts\n- ~~Emil Roe, emil@grocer.dev~~\n- Do not page: Dora Fox, dora@grocer.dev\n- Former lead: Carl Ott, carl@grocer.dev (left the company)\n"
	book, err := Read(fstest.MapFS{"r.md": {Data: []byte(text)}}, "r.md")
	require.NoError(t, err)
	var emails []string
	for _, c := range book.Policy.Contacts {
		emails = append(emails, c.Email)
	}
	assert.Equal(t, []string{"ana@grocer.dev"}, emails)
}

func TestWhatIsStruckOutIsNotWalked(t *testing.T) {
	book, err := Read(fstest.MapFS{"r.md": {Data: []byte("# Disk full (P0)\n\n1. ~~Restart the database~~\n2. Delete old exports ~~by hand~~\n")}}, "r.md")
	require.NoError(t, err)
	require.Len(t, book.Scenarios, 1)
	var steps []string
	for _, s := range book.Scenarios[0].Steps {
		steps = append(steps, s.Text)
	}
	assert.Equal(t, []string{"Delete old exports"}, steps)
}

func TestBlanksOfProgramsAreBlanks(t *testing.T) {
	for statement, blank := range map[string]bool{
		"SELECT * FROM users WHERE id = ?":          true,
		"SELECT * FROM users WHERE id = %s":         true,
		"SELECT * FROM users WHERE id IN (?, ?)":    true,
		"SELECT * FROM users WHERE name LIKE '%s%'": false,
		"SELECT doc ? 'key' FROM orders":            false,
		"SELECT 100 * a / b AS share FROM orders":   false,
	} {
		assert.Equal(t, blank, blankIn(statement) != "", statement)
	}
}
