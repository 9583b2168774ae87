// SPDX-License-Identifier: Apache-2.0

package httpx

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// ProblemType is the media type of a problem document.
const ProblemType = "application/problem+json"

// Teller says in the reader's language what happened.
type Teller interface {
	Error(err *errs.Error) (title string, fields []i18n.FieldText)
}

// Problem is an RFC 9457 document. Code is the message key: the machine name
// of the failure, which stays the same in every language.
type Problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Kind   string         `json:"kind"`
	Code   string         `json:"code"`
	Fields []ProblemField `json:"fields,omitempty"`
	Detail any            `json:"versions,omitempty"` // for a conflict: what the caller must see to decide
}

// ProblemField is one wrong field of the input.
type ProblemField struct {
	Name string `json:"name"`
	Code string `json:"code"`
	Text string `json:"text"`
}

// retryAfter is what a caller is told to wait, in seconds, when it may try again.
const retryAfter = "5"

// NewProblem puts an error into words. The private cause is left out.
func NewProblem(teller Teller, err *errs.Error) Problem {
	title, fields := teller.Error(err)
	p := Problem{
		Type: "about:blank", Title: title, Status: Status(err.Kind),
		Kind: err.Kind.String(), Code: err.Key, Detail: err.Detail,
	}
	for i, f := range fields {
		p.Fields = append(p.Fields, ProblemField{Name: f.Name, Code: err.Fields[i].Key, Text: f.Text})
	}
	return p
}

// WriteProblem answers a request with the problem document of err. An error
// that is no *errs.Error is told as an internal one, without its text.
func WriteProblem(w http.ResponseWriter, r *http.Request, teller Teller, err error) error {
	problem := NewProblem(teller, errs.As(err))
	body, marshalErr := json.Marshal(problem)
	if marshalErr != nil {
		problem.Detail = nil
		if body, marshalErr = json.Marshal(problem); marshalErr != nil {
			return fmt.Errorf("write problem: %w", marshalErr)
		}
	}
	header := w.Header()
	header.Set("Content-Type", ProblemType)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if problem.Status == http.StatusTooManyRequests || problem.Status == http.StatusServiceUnavailable {
		header.Set("Retry-After", retryAfter)
	}
	w.WriteHeader(problem.Status)
	if r.Method == http.MethodHead {
		return nil
	}
	if _, err := w.Write(append(body, '\n')); err != nil {
		return fmt.Errorf("write problem: %w", err)
	}
	return nil
}
