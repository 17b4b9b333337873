package outline

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decode makes lines of the bytes of a file: valid UTF-8, without byte order
// mark, line ends and characters that do not show.
func (d *Document) decode(raw []byte) []string {
	if len(raw) > maxFileBytes {
		raw = raw[:maxFileBytes]
		d.problem(0, fmt.Sprintf("the file is longer than %d MB; the rest is not read", maxFileBytes>>20), "split it into one file a scenario")
	}
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if little, big := bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")); little || big {
		d.notice(1, "the file is UTF-16", "save it as UTF-8")
		raw = fromUTF16(raw[2:], big)
	} else if little, big := unmarked(raw); little || big {
		d.notice(1, "the file looks like UTF-16 without a byte order mark, and is read so", "save it as UTF-8")
		raw = fromUTF16(raw, big)
	}
	if !utf8.Valid(raw) {
		raw = d.fromBytes(raw)
	}
	if bytes.IndexByte(raw, '\r') >= 0 {
		raw = bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n"))
		raw = bytes.ReplaceAll(raw, []byte("\r"), []byte("\n"))
	}
	lines := strings.Split(string(raw), "\n")
	if len(lines) > maxLines {
		d.problem(maxLines, fmt.Sprintf("the file has more than %d lines; the rest is not read", maxLines), "split it into one file a scenario")
		lines = lines[:maxLines]
	}
	for i, s := range lines {
		lines[i] = visible(s)
	}
	return lines
}

// unmarked tells UTF-16 without a byte order mark by its zeros: those of the
// letters of English, which are in every text, stand on one side of each pair.
func unmarked(raw []byte) (little, big bool) {
	const enough = 4096
	raw = raw[:min(len(raw), enough)&^1]
	first, second := 0, 0
	for i := 0; i < len(raw); i += 2 {
		if raw[i] == 0 {
			first++
		}
		if raw[i+1] == 0 {
			second++
		}
	}
	const share, other = 8, 10 // in so many pairs stands one zero on that side at least, and ten times as many as on the other
	little = second*2*share > len(raw) && first*other <= second
	big = first*2*share > len(raw) && second*other <= first
	return little && !big, big && !little
}

func fromUTF16(raw []byte, big bool) []byte {
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		lo, hi := raw[i], raw[i+1]
		if big {
			lo, hi = hi, lo
		}
		units = append(units, uint16(lo)|uint16(hi)<<8)
	}
	return []byte(string(utf16.Decode(units)))
}

// fromBytes reads a text that is not UTF-8. Where most of the odd bytes are
// UTF-8 after all, the file is UTF-8 with a few broken bytes, which show as
// U+FFFD; otherwise it is Windows-1252, of which Latin-1 is a part.
func (d *Document) fromBytes(raw []byte) []byte {
	first, good, bad, at := 0, 0, 0, 1
	for rest := raw; len(rest) > 0; {
		c, size := utf8.DecodeRune(rest)
		switch {
		case c == utf8.RuneError && size == 1:
			if bad++; bad == 1 {
				first = at
			}
		case size > 1:
			good++
		case c == '\n':
			at++
		}
		rest = rest[size:]
	}
	if good > bad {
		d.notice(first, "the file holds bytes that are not UTF-8 (the first is here); they read as \ufffd", "save it as UTF-8")
		return bytes.ToValidUTF8(raw, []byte("\ufffd"))
	}
	d.notice(first, "the file is not UTF-8 (the first other letter is here); it is read as Windows-1252", "save it as UTF-8")
	var out strings.Builder
	out.Grow(len(raw) + bad)
	for _, c := range raw {
		switch {
		case c < 0x80:
			out.WriteByte(c)
		case c < 0xa0:
			out.WriteRune(windows1252[c-0x80])
		default:
			out.WriteRune(rune(c))
		}
	}
	return []byte(out.String())
}

// windows1252 are the characters of the bytes 0x80 to 0x9f, by the table of the
// WHATWG Encoding Standard; the five that it leaves to control codes are U+FFFD.
var windows1252 = [32]rune{
	'€', 0xfffd, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0xfffd, 'Ž', 0xfffd,
	0xfffd, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0xfffd, 'ž', 'Ÿ',
}
