// SPDX-License-Identifier: Apache-2.0

package browser_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp/kb"

	"github.com/qiaorelief/qiao/internal/app"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/totp"
)

// visitDoor is visitBooks behind the real door, at an address for which
// browsers have passkeys.
func visitDoor(t *testing.T, fill books, look screen) *visitor {
	t.Helper()
	v := visitBehind(t, fill, look, func(a *app.App) (http.Handler, error) { return a.Handler(t.Context()) })
	v.url = strings.Replace(v.url, "127.0.0.1", "localhost", 1)
	return v
}

// typed types into a field, as a person does.
func (v *visitor) typed(t *testing.T, selector, text string) {
	t.Helper()
	v.wait(t, "document.querySelector('"+selector+"') !== null && document.readyState === 'complete'")
	ask[bool](t, v, "document.querySelector('"+selector+"').focus() ?? true")
	v.press(t, text)
}

// click presses a button or follows a link.
func (v *visitor) click(t *testing.T, selector string) {
	t.Helper()
	v.wait(t, "document.querySelector('"+selector+"') !== null && document.readyState === 'complete'")
	ask[bool](t, v, "document.querySelector('"+selector+"').click() ?? true")
}

// at waits for a page.
func (v *visitor) at(t *testing.T, path string) {
	t.Helper()
	v.wait(t, "location.pathname === '"+path+"' && document.readyState === 'complete'")
}

// says checks that the page says something.
func (v *visitor) says(t *testing.T, words string) {
	t.Helper()
	text, err := json.Marshal(words)
	if err != nil {
		t.Fatal(err)
	}
	v.wait(t, "document.body.innerText.includes("+string(text)+")")
}

const firstPassword, othersPassword = "corail bateau lanterne 7", "fenetre verte sous la pluie"

// setUp makes the first administrator by the link that the first start prints.
func (v *visitor) setUp(t *testing.T) {
	t.Helper()
	l, needed, err := v.app.SignIn.SetUpLink(t.Context())
	if err != nil || !needed {
		t.Fatal(err, needed)
	}
	v.open(t, l.Path()+"?lang=zh")
	v.typed(t, "#f-name", "示例管理员")
	v.typed(t, "#f-email", "admin@example.org")
	v.typed(t, "#f-password", firstPassword)
	v.typed(t, "#f-repeat", firstPassword+kb.Enter)
	v.at(t, "/desk")
}

// signIn signs in by password.
func (v *visitor) signIn(t *testing.T, email, password, then string) {
	t.Helper()
	v.open(t, "/sign-in")
	v.typed(t, "#f-email", email)
	v.typed(t, "#f-password", password+kb.Enter)
	v.at(t, then)
}

func (v *visitor) signOut(t *testing.T) {
	t.Helper()
	v.open(t, "/account")
	v.click(t, `form[action="/sign-out"] button`)
	v.at(t, "/sign-in")
}

// invite makes a link for a colleague by the pages and returns its path.
func (v *visitor) invite(t *testing.T, email string, role account.Role) string {
	t.Helper()
	v.open(t, "/desk/people/new")
	v.typed(t, "#f-name", "示例同事")
	v.typed(t, "#f-email", email)
	v.change(t, `select[name="lines[0].role"]`, string(role))
	ask[bool](t, v, `document.querySelector('form[action="/desk/people"] .acts button[type="submit"]').click() ?? true`)
	v.wait(t, "document.querySelector('#made-link') !== null")
	address, err := url.Parse(ask[string](t, v, "document.querySelector('#made-link').value"))
	if err != nil {
		t.Fatal(err)
	}
	return address.Path
}

// withPasskeys gives the browser something that keeps passkeys.
func (v *visitor) withPasskeys(t *testing.T) {
	t.Helper()
	tell(t, v, webauthn.Enable, webauthn.EnableParams{})
	tell(t, v, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
		HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})
}

// TestPeopleGetInByEveryMeansAndOutAgain is the way of the first administrator
// and a colleague, from the link of the first start to somebody who is thrown out.
func TestPeopleGetInByEveryMeansAndOutAgain(t *testing.T) {
	t.Parallel()
	v := visitDoor(t, nothing, screen{390, 844})
	v.setUp(t)

	v.open(t, "/account")
	v.click(t, `form[action="/account/code"] button`)
	v.wait(t, "document.querySelector('input[name=secret]') !== null")
	secret, err := totp.ParseSecret(ask[string](t, v, "document.querySelector('.hint code').innerText"))
	if err != nil {
		t.Fatal(err)
	}
	v.typed(t, "#f-code", secret.Code(totp.Step(v.clock.Now()))+kb.Enter)
	v.wait(t, "document.querySelectorAll('.codes li').length > 5")
	v.fits(t, "recovery codes")

	v.withPasskeys(t)
	v.open(t, "/account")
	v.typed(t, "#f-passkey-name", "示例手机")
	v.click(t, "[data-passkey]")
	v.says(t, "示例手机")
	v.signOut(t)

	v.click(t, "[data-passkey]") // nobody types an address
	v.at(t, "/desk")
	v.signOut(t)
	v.signIn(t, "admin@example.org", firstPassword, "/sign-in/second")
	v.click(t, "[data-passkey]")
	v.at(t, "/desk")
	v.signOut(t)
	v.signIn(t, "admin@example.org", firstPassword, "/sign-in/second")
	v.clock.Advance(time.Minute)
	v.typed(t, "#f-code", secret.Code(totp.Step(v.clock.Now()))+kb.Enter)
	v.at(t, "/desk")

	byPasskey, byPassword := v.invite(t, "keeper@example.org", account.Keeper), v.invite(t, "colleague@example.org", account.Coordinator)
	v.signOut(t)
	v.open(t, byPasskey)
	v.click(t, "[data-passkey]")
	v.at(t, "/desk")
	v.signOut(t)
	v.open(t, byPasskey) // it was used
	v.says(t, "不能用了")
	v.open(t, byPassword)
	v.typed(t, "#f-password", othersPassword)
	v.typed(t, "#f-repeat", othersPassword+kb.Enter)
	v.at(t, "/desk")

	p, _, err := v.app.SignIn.Find(t.Context(), account.System(), "colleague@example.org")
	if err != nil {
		t.Fatal(err)
	}
	if err := v.app.SignIn.Disable(t.Context(), account.System(), p.ID, "left"); err != nil {
		t.Fatal(err)
	}
	v.click(t, `a[href="/desk/needs"]`)
	v.at(t, "/sign-in")
	v.signIn(t, "colleague@example.org", othersPassword, "/sign-in")
	v.says(t, "不对")
}

// TestSigningInAndWorkingByKeyboardAlone uses no mouse and focuses nothing by
// script.
func TestSigningInAndWorkingByKeyboardAlone(t *testing.T) {
	t.Parallel()
	v := visitDoor(t, nothing, screen{1440, 900})
	v.setUp(t)
	v.signOut(t)
	v.open(t, "/sign-in?next=/desk/needs")
	v.tab(t, "#f-email")
	v.press(t, "admin@example.org")
	v.tab(t, "#f-password")
	v.press(t, firstPassword+kb.Enter)
	v.at(t, "/desk/needs")
	v.press(t, "n")
	v.at(t, "/desk/needs/new")
	v.tab(t, "#f-recipient")
	v.press(t, "示例键盘医院")
	v.tab(t, `[name="lines[0].item"]`)
	v.press(t, "口罩")
	v.tab(t, `[name="lines[0].value"]`)
	v.press(t, "120"+kb.Enter)
	v.wait(t, "/^.desk.needs.[0-9a-f-]{36}$/.test(location.pathname) && document.readyState === 'complete'")
	v.says(t, "示例键盘医院")
	v.tab(t, `form[action="/sign-out"] button`)
	v.press(t, kb.Enter)
	v.at(t, "/sign-in")
}

// tab goes on with the key until something has the focus.
func (v *visitor) tab(t *testing.T, selector string) {
	t.Helper()
	for range 80 {
		v.press(t, kb.Tab)
		if ask[bool](t, v, "document.activeElement.matches('"+selector+"')") {
			return
		}
	}
	t.Fatalf("%s is not reached by the keyboard", selector)
}
