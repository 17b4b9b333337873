package bot

import "encoding/json"

const redacted = "[redacted]"

// Secret is a token that cannot be printed by accident: every formatting and marshalling path gives
// "[redacted]". The zero value is "no token". Reveal gives the token itself.
type Secret string

// String gives "[redacted]", or "" when the secret is empty, so that a missing token is visible.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// MarshalText is String, for encoders of text and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON is String as a JSON string.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// Reveal returns the token itself. Only code that sends it to Slack calls this.
func (s Secret) Reveal() string { return string(s) }
