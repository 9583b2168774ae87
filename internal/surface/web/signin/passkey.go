// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
)

// Exchange is one step with a passkey, as the script sends it: nothing asks for
// a ceremony, a response ends it.
type Exchange struct {
	Challenge string          `json:"challenge"`
	Response  json.RawMessage `json:"response"`
	Name      string          `json:"name"`
	Next      string          `json:"next"`
}

const maxExchange = 64 << 10

// ReadExchange reads the body of a step. begun reports whether there is a
// response in it.
func ReadExchange(w http.ResponseWriter, r *http.Request) (x Exchange, a signin.Answer, begun bool, err error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxExchange))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return x, a, false, errs.Wrap(err, errs.TooLarge, "error.too_large")
	case err != nil:
		return x, a, false, errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	if err := json.Unmarshal(body, &x); err != nil {
		return x, a, false, errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	if len(x.Response) == 0 {
		return x, a, false, nil
	}
	challenge, err := id.Parse(x.Challenge)
	if err != nil {
		return x, a, false, errs.Wrap(err, errs.Malformed, "error.malformed")
	}
	return x, signin.Answer{Challenge: challenge, Response: x.Response, Name: x.Name}, true, nil
}

// WriteCeremony answers with what the browser shall do.
func WriteCeremony(w http.ResponseWriter, c signin.Ceremony) error {
	return writeJSON(w, map[string]any{"challenge": c.Challenge.String(), "options": c.Options})
}

// WriteNext answers the end of a ceremony with the address where to go on, after
// showing recovery codes if there are any.
func WriteNext(w http.ResponseWriter, address string, codes ...string) error {
	return writeJSON(w, map[string]any{"next": address, "codes": codes})
}

func writeJSON(w http.ResponseWriter, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	if _, err := w.Write(text); err != nil {
		return nil //nolint:nilerr // the reader left
	}
	return nil
}

// step runs one step of a ceremony: it begins or ends it.
func (h *Handler) step(w http.ResponseWriter, r *http.Request,
	begin func() (signin.Ceremony, error), finish func(signin.Answer) (signin.Entry, error),
) error {
	x, answer, begun, err := ReadExchange(w, r)
	if err != nil {
		return err
	}
	if !begun {
		c, err := begin()
		if err != nil {
			return err
		}
		return WriteCeremony(w, c)
	}
	e, err := finish(answer)
	if err != nil {
		return err
	}
	return WriteNext(w, h.admit(w, r, e, next(url.Values{"next": {x.Next}})))
}

// passkey signs in with a passkey.
func (h *Handler) passkey(w http.ResponseWriter, r *http.Request) error {
	return h.step(w, r,
		func() (signin.Ceremony, error) { return h.Service.BeginPasskey(r.Context(), h.Door.From(r)) },
		func(a signin.Answer) (signin.Entry, error) {
			return h.Service.FinishPasskey(r.Context(), h.Door.From(r), a)
		})
}

// secondPasskey is a passkey as the second factor.
func (h *Handler) secondPasskey(w http.ResponseWriter, r *http.Request) error {
	token, ok := h.Door.Token(r)
	if !ok {
		return errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return h.step(w, r,
		func() (signin.Ceremony, error) { return h.Service.BeginSecond(r.Context(), h.Door.From(r), token) },
		func(a signin.Answer) (signin.Entry, error) {
			return h.Service.FinishSecond(r.Context(), h.Door.From(r), token, a)
		})
}

// confirmPasskey is a passkey as a fresh proof.
func (h *Handler) confirmPasskey(w http.ResponseWriter, r *http.Request) error {
	own, _, err := h.Door.Own(r)
	if err != nil {
		return err
	}
	return h.step(w, r,
		func() (signin.Ceremony, error) { return h.Service.BeginConfirm(r.Context(), h.Door.From(r), own) },
		func(a signin.Answer) (signin.Entry, error) {
			return h.Service.FinishConfirm(r.Context(), h.Door.From(r), own, a)
		})
}

// joinPasskey takes an invitation up with a passkey instead of a password.
func (h *Handler) joinPasskey(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	name := h.start(r, "door.sign_in", nil).Frame.Reader.T("door.passkey_first") // nobody is asked for one here
	return h.step(w, r,
		func() (signin.Ceremony, error) {
			return h.Service.BeginRegisterByLink(r.Context(), h.Door.From(r), token)
		},
		func(a signin.Answer) (signin.Entry, error) {
			a.Name = cmp.Or(a.Name, name)
			return h.Service.FinishRegisterByLink(r.Context(), h.Door.From(r), token, a)
		})
}
