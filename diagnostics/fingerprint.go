package diagnostics

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Normalise gives a statement without its comments and with ? for every
// literal, words in lower case, one space between tokens: the form that may be
// stored. Lists of literals become one: IN (1, 2, 3) is IN (?).
func Normalise(sql string) string {
	var parts []string
	for _, t := range lex(sql) {
		piece := sql[t.from:t.to]
		switch t.kind {
		case tokenText, tokenNumber:
			piece = "?"
		case tokenWord:
			piece = strings.ToLower(piece)
		}
		if n := len(parts); piece == "?" && n >= 2 && parts[n-1] == "," && parts[n-2] == "?" {
			parts = parts[:n-1]
			continue
		}
		if n := len(parts); n > 0 && tight(parts[n-1], piece) {
			parts[n-1] += piece
			continue
		}
		parts = append(parts, piece)
	}
	return strings.ToValidUTF8(strings.Join(parts, " "), "")
}

// tight says whether two pieces are written without a space: c.balance, ::text, >=.
func tight(left, right string) bool {
	if left == "?" || right == "?" || left == "," || left == "(" || right == "(" || right == ")" {
		return false
	}
	last, first := left[len(left)-1], right[0]
	if last == '.' || first == '.' {
		return true
	}
	return !wordByte[last] && last != '"' && !wordByte[first] && first != '"' && last != ')' && last != ',' && first != ','
}

// Fingerprint names a statement by its normalised form: 16 hexadecimal digits.
func Fingerprint(sql string) string {
	sum := sha256.Sum256([]byte(Normalise(sql)))
	return hex.EncodeToString(sum[:8])
}
