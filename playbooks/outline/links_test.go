package outline

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFindLinks(t *testing.T) {
	for text, want := range map[string][]Link{
		"Status: status.shop.io.":              {{"Status", "https://status.shop.io"}},
		"see https://a.shop.io/x?y=1, then":    {{"a.shop.io", "https://a.shop.io/x?y=1"}},
		"(https://a.shop.io/x_(y))":            {{"a.shop.io", "https://a.shop.io/x_(y)"}},
		"HTTP://A.shop.io":                     {{"A.shop.io", "HTTP://A.shop.io"}},
		"shop.io:8080/health is up":            {{"shop.io:8080", "https://shop.io:8080/health"}},
		"打开https://a.shop.io/x，然后":             {{"a.shop.io", "https://a.shop.io/x"}},
		"a.shop.io and https://a.shop.io/":     {{"a.shop.io", "https://a.shop.io"}},
		"mail ops@shop.io":                     nil,
		"edit config.dev.yaml and main.go":     nil,
		"app.com.internal":                     nil,
		"run foo.sh, then e.g. this":           nil,
		"https://your-domain.com/health":       nil,
		"https://example.com":                  nil,
		"https://<host>/x":                     nil,
		"https://user:secret@shop.io":          nil,
		"https://{{ host }}/x":                 nil,
		"ftp://files.shop.io":                  nil,
		"version 1.2.3":                        nil,
		"one.shop.io two.shop.io one.shop.io/": {{"one.shop.io", "https://one.shop.io"}, {"two.shop.io", "https://two.shop.io"}},
		"://":                                  nil, ".": nil, "a.b": nil, "..com": nil, "-.-": nil,
	} {
		assert.Equal(t, want, FindLinks(text, nil), "%q", text)
	}
	assert.Empty(t, FindLinks("https://a.shop.io/", []Link{{URL: "http://A.shop.io"}}))
}

func TestPlaceholder(t *testing.T) {
	for _, host := range []string{"your-domain.com", "yourdomain.com", "api.yourcompany.io", "example.com", "www.example.org", "shop.example",
		"<host>", "{{host}}", "$HOST", "votre-domaine.com", "tu-dominio.es", "yourapp.com", "example.net:8080", "YOUR_HOST", "mycompany.com", "my-app.com",
		"your-api.shop.io", "", "company.com", "a.xxx"} {
		assert.True(t, Placeholder(host), host)
	}
	for _, host := range []string{"status.shop.io", "localhost", "localhost:8080", "10.0.0.1", "[::1]:80", "youtube.com", "mysql.shop.io", "tumblr.com",
		"summer.io", "myshopify.com", "examples.dev", "domains.shop.io", "suse.com", "testing.io"} {
		assert.False(t, Placeholder(host), host)
	}
}

func TestHasPlaceholder(t *testing.T) {
	for _, s := range []string{"[name]", "<name>", "{{name}}", "${NAME}", "YOUR_NAME", "your-key", "TBD", "call 555-xxxx", "xxxx", "+1-XXX-XXX-XXXX", "+81-XX-XXXX-XXXX", "138xxxx1111", "138-xxxx-1111", "+XX XX XX XX XX", "ChangeMe", "my_org"} {
		assert.True(t, HasPlaceholder(s), s)
	}
	for _, s := range []string{"a name", "1 < 2", "tbdx", "yours", "text", "maximum", "5550"} {
		assert.False(t, HasPlaceholder(s), s)
	}
}

func TestAnchorsAndRefs(t *testing.T) {
	d := Parse("x.md", []byte("# Pool is empty!\n# Pool is empty!\n## 数据库 A_b\n[see](#pool-is-empty) [that](../b.md) [out](https://x.shop.io) [m](mailto:a@b.c)\n"))
	assert.Equal(t, map[string]bool{"pool-is-empty": true, "pool-is-empty-1": true, "数据库-a_b": true}, d.Anchors)
	assert.Equal(t, []Ref{{Target: "#pool-is-empty", Text: "see", Line: 4}, {Target: "../b.md", Text: "that", Line: 4}}, d.Refs)
	assert.Equal(t, "shop.io", HostOf("https://shop.io/x"))
	assert.Equal(t, AddressKey("https://Shop.io/x/"), AddressKey("http://shop.io/x"))
}
