package diagnostics

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mayday/lazyregexp"
)

// Show gives a value as people read it: NULL is visible, an interval is "5m 12s",
// a time has no fractions, a column of bytes is "1.2 GB", long fractions are
// rounded to two digits.
func (c Column) Show(v Value) string {
	if v.Null {
		return "NULL"
	}
	switch c.Kind {
	case "interval":
		return showInterval(v.Text)
	case "timestamptz", "timestamp":
		return fraction.ReplaceAllString(v.Text, "")
	case "numeric", "float4", "float8":
		return showFraction(v.Text)
	case "int8", "int4":
		if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil && byteColumn.MatchString(c.Name) {
			return showBytes(n)
		}
	}
	return v.Text
}

var (
	fraction   = lazyregexp.New(`\.\d+`)
	byteColumn = lazyregexp.New(`(?i)(^|_)bytes($|_)|_size$|^size$`)
	longNumber = lazyregexp.New(`^-?\d+\.\d{3,}$`)
	clock      = lazyregexp.New(`^(-?)(\d+):(\d{2}):(\d{2})(?:\.(\d+))?$`)
)

func showFraction(text string) string {
	if !longNumber.MatchString(text) {
		return text
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	if f > -0.01 && f < 0.01 {
		return strconv.FormatFloat(f, 'g', 3, 64)
	}
	return strconv.FormatFloat(f, 'f', 2, 64)
}

// showInterval reads Postgres' own form, "2 days 03:04:05.678901".
func showInterval(text string) string {
	days, rest := "", text
	if at := strings.LastIndexByte(text, ' '); at >= 0 && strings.Contains(text[at:], ":") {
		days, rest = text[:at]+" ", text[at+1:]
	}
	m := clock.FindStringSubmatch(rest)
	if m == nil {
		return text
	}
	hours, _ := strconv.Atoi(m[2])
	minutes, _ := strconv.Atoi(m[3])
	seconds, _ := strconv.Atoi(m[4])
	days += m[1]
	switch {
	case hours > 0:
		return fmt.Sprintf("%s%dh %02dm", days, hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%s%dm %02ds", days, minutes, seconds)
	case days != "" && seconds == 0:
		return strings.TrimSpace(days)
	case seconds > 0 || m[5] == "":
		return fmt.Sprintf("%s%ds", days, seconds)
	}
	milliseconds, _ := strconv.ParseFloat("0."+m[5], 64)
	return fmt.Sprintf("%s%.3gms", days, milliseconds*1000)
}

func showBytes(n int64) string {
	f, unit := float64(n), 0
	for (f >= 1000 || f <= -1000) && unit < 5 {
		f /= 1024
		unit++
	}
	if unit == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return strconv.FormatFloat(f, 'f', 1, 64) + " " + []string{"B", "kB", "MB", "GB", "TB", "PB"}[unit]
}

// showDuration is a duration of a run: "0.8 ms", "42 ms", "1.3 s".
func showDuration(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
