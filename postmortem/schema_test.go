package postmortem

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// description is the excerpt of GitHub's published OpenAPI description in
// testdata: the operations that mayday uses, without their responses.
type description struct {
	Operations map[string]operation `json:"operations"`
}

type operation struct {
	Parameters []struct {
		Name     string         `json:"name"`
		In       string         `json:"in"`
		Required bool           `json:"required"`
		Schema   map[string]any `json:"schema"`
	} `json:"parameters"`
	BodyRequired bool           `json:"bodyRequired"`
	Body         map[string]any `json:"body"`
	name         string
	pattern      *regexp.Regexp
}

func readDescription(t testing.TB) []operation {
	ops, err := described()
	require.NoError(t, err)
	return slices.Clone(ops)
}

// described is read once: each simulated GitHub has one.
var described = sync.OnceValues(func() ([]operation, error) {
	raw, err := os.ReadFile("testdata/github-openapi.json")
	if err != nil {
		return nil, err
	}
	var d description
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, err
	}
	var ops []operation
	brace := regexp.MustCompile(`\\\{\w+\\\}`)
	for name, op := range d.Operations {
		method, path, _ := strings.Cut(name, " ")
		op.name = name
		segment := `([^/]+)`
		if strings.HasSuffix(path, "{path}") {
			segment = `(.+?)`
		}
		op.pattern = regexp.MustCompile("^" + method + " " + brace.ReplaceAllString(regexp.QuoteMeta(path), segment) + "$")
		ops = append(ops, op)
	}
	// "/issues/comments/7" also fits "/issues/{issue_number}/…" patterns of other operations: longest name first.
	slices.SortFunc(ops, func(a, b operation) int { return len(b.name) - len(a.name) })
	return ops, nil
})

// operationOf finds what a request is, and every way in which it is not what GitHub describes.
func operationOf(ops []operation, r *http.Request, path string, body []byte) (operation, []string, []string) {
	for _, op := range ops {
		m := op.pattern.FindStringSubmatch(r.Method + " " + path)
		if m == nil {
			continue
		}
		faults := append(op.queryFaults(r), op.pathFaults(m[1:])...)
		return op, m[1:], append(faults, op.bodyFaults(body)...)
	}
	return operation{}, nil, []string{"GitHub has no " + r.Method + " " + path}
}

func (op operation) queryFaults(r *http.Request) []string {
	var faults []string
	for name, values := range r.URL.Query() {
		known := false
		for _, p := range op.Parameters {
			if p.In == "query" && p.Name == name {
				known = true
				faults = append(faults, textFaults(p.Schema, values[0], name)...)
			}
		}
		if !known {
			faults = append(faults, "unknown parameter "+name)
		}
	}
	return faults
}

func (op operation) pathFaults(values []string) []string {
	var faults []string
	i := 0
	for _, p := range op.Parameters {
		if p.In == "path" {
			faults = append(faults, textFaults(p.Schema, values[i], p.Name)...)
			i++
		}
	}
	return faults
}

// textFaults checks a parameter, which is text in the address.
func textFaults(schema map[string]any, value, at string) []string {
	if schema["type"] == "integer" {
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return []string{at + " is no number"}
		}
		return schemaFaults(schema, float64(n), at)
	}
	return schemaFaults(schema, value, at)
}

func (op operation) bodyFaults(body []byte) []string {
	if len(body) == 0 {
		if op.BodyRequired {
			return []string{"the body is missing"}
		}
		return nil
	}
	if op.Body == nil {
		return []string{"no body is expected"}
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return []string{"the body is no JSON: " + err.Error()}
	}
	return schemaFaults(op.Body, v, "body")
}

// schemaFaults is as much of OpenAPI 3.0 as the excerpt uses; a keyword that it
// does not know is a fault, so that nothing passes unchecked.
func schemaFaults(schema map[string]any, v any, at string) []string {
	if v == nil && schema["nullable"] == true {
		return nil
	}
	var faults []string
	for keyword, rule := range schema {
		switch keyword {
		case "nullable":
		case "type":
			if is := kindOf(v); is != rule && !(rule == "number" && is == "integer") {
				faults = append(faults, fmt.Sprintf("%s is %s instead of %s", at, is, rule))
			}
		case "format":
			if s, _ := v.(string); rule == "date-time" {
				if _, err := time.Parse(time.RFC3339, s); err != nil {
					faults = append(faults, at+" is no time")
				}
			}
		case "enum":
			if !slices.Contains(rule.([]any), v) {
				faults = append(faults, fmt.Sprintf("%s is %v, none of %v", at, v, rule))
			}
		case "oneOf":
			faults = append(faults, oneOfFaults(rule.([]any), v, at)...)
		case "items":
			list, _ := v.([]any)
			for i, x := range list {
				faults = append(faults, schemaFaults(rule.(map[string]any), x, fmt.Sprintf("%s[%d]", at, i))...)
			}
		case "minItems":
			if list, _ := v.([]any); float64(len(list)) < rule.(float64) {
				faults = append(faults, at+" has too few entries")
			}
		case "properties", "required", "additionalProperties":
			faults = append(faults, objectFaults(schema, v, at, keyword)...)
		default:
			faults = append(faults, "the test does not know the keyword "+keyword)
		}
	}
	return faults
}

func oneOfFaults(choices []any, v any, at string) []string {
	var all []string
	for _, c := range choices {
		faults := schemaFaults(c.(map[string]any), v, at)
		if len(faults) == 0 {
			return nil
		}
		all = append(all, faults...)
	}
	return all
}

func objectFaults(schema map[string]any, v any, at, keyword string) []string {
	var faults []string
	object, _ := v.(map[string]any)
	if keyword == "required" {
		for _, name := range schema["required"].([]any) {
			if _, ok := object[name.(string)]; !ok {
				faults = append(faults, at+"."+name.(string)+" is missing")
			}
		}
		return faults
	}
	if keyword != "properties" {
		return nil
	}
	// GitHub lets unknown properties pass; mayday has no business sending any.
	properties := schema["properties"].(map[string]any)
	for name, x := range object {
		p, ok := properties[name].(map[string]any)
		if !ok {
			faults = append(faults, at+"."+name+" is not known to GitHub")
			continue
		}
		faults = append(faults, schemaFaults(p, x, at+"."+name)...)
	}
	return faults
}

func kindOf(v any) string {
	switch v := v.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return "null"
}
