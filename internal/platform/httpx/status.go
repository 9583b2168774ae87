// SPDX-License-Identifier: Apache-2.0

package httpx

import (
	"net/http"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
)

// statuses is the only table from a kind of failure to an HTTP status.
var statuses = map[errs.Kind]int{
	errs.Internal:        http.StatusInternalServerError,
	errs.Invalid:         http.StatusUnprocessableEntity,
	errs.Malformed:       http.StatusBadRequest,
	errs.Unauthenticated: http.StatusUnauthorized,
	errs.Forbidden:       http.StatusForbidden,
	errs.NotFound:        http.StatusNotFound,
	errs.Conflict:        http.StatusConflict,
	errs.Stale:           http.StatusPreconditionFailed,
	errs.TooLarge:        http.StatusRequestEntityTooLarge,
	errs.Unsupported:     http.StatusUnsupportedMediaType,
	errs.Exhausted:       http.StatusConflict,
	errs.RateLimited:     http.StatusTooManyRequests,
	errs.Unavailable:     http.StatusServiceUnavailable,
	errs.Method:          http.StatusMethodNotAllowed,
}

// Status returns the HTTP status of a kind of failure; 500 for a kind that is
// not in the table.
func Status(kind errs.Kind) int {
	if status, ok := statuses[kind]; ok {
		return status
	}
	return http.StatusInternalServerError
}
