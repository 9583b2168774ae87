// SPDX-License-Identifier: Apache-2.0

package render

import (
	"net/http"
	"net/url"
	"time"

	"github.com/qiaorelief/qiao/internal/platform/i18n"
)

// Theme is the reader's choice of light or dark; empty follows the system.
type Theme string

// The themes.
const (
	SystemTheme Theme = ""
	LightTheme  Theme = "light"
	DarkTheme   Theme = "dark"
)

// The names under which a choice is given in the query and remembered in a
// cookie.
const (
	langName  = "lang"
	themeName = "theme"
	remember  = 365 * 24 * time.Hour
)

// Reader is for whom a page is written.
type Reader struct {
	*i18n.Localizer
	Theme Theme
	here  *url.URL
}

// NewReader reads the reader's choices from a request: ?lang= before the
// cookie before Accept-Language before Chinese; ?theme= before the cookie.
func NewReader(bundle *i18n.Bundle, r *http.Request) Reader {
	if r.URL.RawQuery == "" && len(r.Header["Cookie"]) == 0 { // most readers made no choice
		return Reader{Localizer: bundle.For(r.Header.Get("Accept-Language")), here: r.URL}
	}
	query := r.URL.Query()
	reader := Reader{
		Localizer: bundle.For(query.Get(langName), cookie(r, langName), r.Header.Get("Accept-Language")),
		here:      r.URL,
	}
	for _, choice := range []string{query.Get(themeName), cookie(r, themeName)} {
		if theme := Theme(choice); theme == LightTheme || theme == DarkTheme {
			reader.Theme = theme
			break
		}
	}
	return reader
}

// key names what the reader gets to see of one address.
func (r Reader) key() pageKey {
	key := pageKey{lang: string(r.Lang()), theme: string(r.Theme), path: r.here.Path}
	if r.here.RawQuery != "" {
		key.query = r.here.Query().Encode()
	}
	return key
}

// InLang is the address of this page in another language.
func (r Reader) InLang(lang i18n.Lang) string { return r.with(langName, string(lang)) }

// InTheme is the address of this page in another theme.
func (r Reader) InTheme(theme Theme) string { return r.with(themeName, string(theme)) }

// with returns the path and query of this page with one parameter replaced.
// The query is built anew, so that nothing but escaped text reaches the page.
func (r Reader) with(name, value string) string {
	if r.here == nil {
		return "?" + url.Values{name: {value}}.Encode()
	}
	query := r.here.Query()
	query.Set(name, value)
	return "?" + query.Encode()
}

// rememberChoices sets a cookie for each choice that came in the query, and
// reports whether it set one.
func (r Reader) rememberChoices(w http.ResponseWriter, req *http.Request) bool {
	query := req.URL.Query()
	set := false
	for name, value := range map[string]string{langName: string(r.Lang()), themeName: string(r.Theme)} {
		if query.Get(name) == "" || value == "" {
			continue
		}
		http.SetCookie(w, &http.Cookie{
			Name: name, Value: value, Path: "/", MaxAge: int(remember.Seconds()),
			SameSite: http.SameSiteLaxMode, Secure: req.TLS != nil, HttpOnly: name == langName,
		})
		set = true
	}
	return set
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return "" // only ErrNoCookie can happen: no choice was made
	}
	return c.Value
}
