package slack

import (
	"encoding/base64"
	"strconv"
	"strings"
)

// page cuts a list by limit and cursor, and returns the next cursor, "" at the end.
func page[T any](list []T, a args) ([]T, string, error) {
	limit, err := a.limit()
	if err != nil {
		return nil, "", err
	}
	from := 0
	if a["cursor"] != "" {
		text, err := base64.StdEncoding.DecodeString(a["cursor"])
		rest, ok := strings.CutPrefix(string(text), "offset:")
		n, bad := strconv.Atoi(rest)
		if err != nil || !ok || bad != nil || n < 0 || n > len(list) {
			return nil, "", fail("invalid_cursor")
		}
		from = n
	}
	to := min(from+limit, len(list))
	next := ""
	if to < len(list) {
		next = base64.StdEncoding.EncodeToString([]byte("offset:" + strconv.Itoa(to)))
	}
	return list[from:to], next, nil
}
