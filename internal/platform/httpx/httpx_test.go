// SPDX-License-Identifier: Apache-2.0

package httpx_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

func TestEveryKindHasItsStatus(t *testing.T) {
	t.Parallel()
	want := map[errs.Kind]int{
		errs.Internal: 500, errs.Invalid: 422, errs.Malformed: 400, errs.Unauthenticated: 401, errs.Forbidden: 403,
		errs.NotFound: 404, errs.Conflict: 409, errs.Stale: 412, errs.TooLarge: 413, errs.Unsupported: 415,
		errs.Exhausted: 409, errs.RateLimited: 429, errs.Unavailable: 503, errs.Method: 405, errs.Kind(200): 500,
	}
	for kind, status := range want {
		if got := httpx.Status(kind); got != status {
			t.Errorf("%s is %d, want %d", kind, got, status)
		}
	}
	for kind := errs.Kind(1); kind.String() != errs.Internal.String(); kind++ {
		if _, ok := want[kind]; !ok {
			t.Errorf("kind %s is not in this table", kind)
		}
	}
}

func TestProblemHasFieldsAndNoCause(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	failure := errs.Wrap(errors.New("secret"), errs.Invalid, "error.invalid").Field("lines[2].quantity", "error.field").With(map[string]int{"version": 3})
	w := httptest.NewRecorder()
	if err := httpx.WriteProblem(w, httptest.NewRequest(http.MethodPost, "/", nil), bundle.For("en"), failure); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(w.Body.String(), "secret") || w.Code != 422 || w.Header().Get("Content-Type") != httpx.ProblemType {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	var problem httpx.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil {
		t.Fatal(err)
	}
	if problem.Status != 422 || problem.Kind != "invalid" || problem.Code != "error.invalid" || problem.Detail == nil ||
		len(problem.Fields) != 1 || problem.Fields[0] != (httpx.ProblemField{Name: "lines[2].quantity", Code: "error.field", Text: "Please check this one"}) {
		t.Errorf("%+v", problem)
	}
}

func TestProblemThatCannotBeWrittenLosesOnlyItsDetail(t *testing.T) {
	t.Parallel()
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	failure := errs.New(errs.Unavailable, "error.unavailable").With(make(chan int))
	if err := httpx.WriteProblem(w, httptest.NewRequest(http.MethodGet, "/", nil), bundle.For("zh"), failure); err != nil {
		t.Fatal(err)
	}
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "error.unavailable") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
