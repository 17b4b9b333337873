package handlers

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"

	"mayday/alerts"
)

var (
	tooLarge   = receipt{code: http.StatusRequestEntityTooLarge, says: "the body is larger than 512 kB"}
	broken     = receipt{code: http.StatusBadRequest, says: "the body did not arrive"}
	compressed = receipt{code: http.StatusUnsupportedMediaType, says: "the body is compressed in a way that is not read here; send it as it is, or with gzip"}
)

// bodyOf reads what a sender posted, of alerts.MaxBody bytes at most, also when it is compressed with gzip (RFC 9110, section 8.4).
// A signature is that of the body as it was before.
func bodyOf(w http.ResponseWriter, r *http.Request) ([]byte, receipt) {
	from := http.MaxBytesReader(w, r.Body, alerts.MaxBody)
	switch how := strings.ToLower(strings.TrimSpace(r.Header.Get("Content-Encoding"))); how {
	case "", "identity":
	case "gzip", "x-gzip":
		plain, err := gzip.NewReader(from)
		if err != nil {
			return nil, receipt{code: http.StatusBadRequest, says: "the body is not compressed with gzip, as its header says"}
		}
		from = http.MaxBytesReader(w, plain, alerts.MaxBody)
	default:
		return nil, compressed
	}
	body, err := io.ReadAll(from)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge
	case err != nil:
		return nil, broken
	}
	return body, receipt{}
}
