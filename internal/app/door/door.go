// SPDX-License-Identifier: Apache-2.0

// Package door is who comes in through a browser: it knows people by the cookie
// of their session, and turns away what another site makes a browser send.
package door

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/platform/config"
	"github.com/qiaorelief/qiao/internal/platform/render"
	"github.com/qiaorelief/qiao/internal/platform/session"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/signin"
	v1 "github.com/qiaorelief/qiao/internal/surface/api/v1"
	"github.com/qiaorelief/qiao/internal/surface/web/desk/frame"
)

// cookieName is the cookie of who is signed in; over TLS with __Host- before it.
const cookieName = "qiao"

// Door knows who comes in. It is safe for concurrent use.
type Door struct {
	Cookie session.Cookie
	People *signin.Service

	proxies   []netip.Prefix
	publicURL string
}

// New returns the door of the server.
func New(cfg config.Config, people *signin.Service) *Door {
	return &Door{
		Cookie: session.NewCookie(cookieName, cfg.PublicURL), People: people, proxies: cfg.Proxies, publicURL: cfg.PublicURL,
	}
}

// From returns where a request comes from.
func (d *Door) From(r *http.Request) signin.Visitor {
	return signin.Visitor{Address: session.Address(r, d.proxies), Agent: r.UserAgent(), Origin: d.Cookie.Origin(r)}
}

// Token returns the token that the browser sent.
func (d *Door) Token(r *http.Request) (token string, ok bool) { return d.Cookie.Read(r) }

// Own returns the session of a request and who acts in it, or
// errs.Unauthenticated.
func (d *Door) Own(r *http.Request) (signin.Session, account.Actor, error) {
	token, ok := d.Cookie.Read(r)
	if !ok {
		return signin.Session{}, account.Actor{}, errs.New(errs.Unauthenticated, "error.unauthenticated")
	}
	return d.People.Resume(r.Context(), token)
}

// Admit gives the browser the token of an entry.
func (d *Door) Admit(w http.ResponseWriter, r *http.Request, e signin.Entry) {
	d.Cookie.Write(w, r, e.Token, e.Life)
}

// Leave takes the token away from the browser.
func (d *Door) Leave(w http.ResponseWriter, r *http.Request) { d.Cookie.Clear(w, r) }

// Visitor implements frame.Gate.
func (d *Door) Visitor(r *http.Request) (frame.Visitor, error) {
	own, actor, err := d.Own(r)
	if err != nil {
		return frame.Visitor{}, err
	}
	return frame.Visitor{Actor: actor, Session: own.ID, Fresh: d.People.Fresh(own)}, nil
}

// JoinURL is the whole address of a one-time link.
func (d *Door) JoinURL(r *http.Request, token string) string {
	base := d.publicURL
	if base == "" {
		base = d.Cookie.Origin(r)
	}
	return base + link.Link{Token: token}.Path()
}

// SameOrigin refuses what another site makes a browser send. The API is apart: its
// writes need a token, which no other site has.
func (d *Door) SameOrigin(h http.Handler, pages *render.Pages) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	if u, err := url.Parse(d.publicURL); err == nil && u.Host != "" {
		if err := protection.AddTrustedOrigin(u.Scheme + "://" + u.Host); err != nil {
			return nil, fmt.Errorf("public address: %w", err)
		}
	}
	protection.SetDenyHandler(pages.Handler(func(http.ResponseWriter, *http.Request) error {
		return errs.New(errs.Forbidden, "signin.other_site")
	}))
	protected := protection.Handler(h)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, v1.Prefix+"/") {
			h.ServeHTTP(w, r)
			return
		}
		protected.ServeHTTP(w, r)
	}), nil
}
