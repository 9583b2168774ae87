// SPDX-License-Identifier: Apache-2.0

package passkey

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account/credential"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
)

// Life is how long a browser may take to answer.
const Life = 5 * time.Minute

// longestAnswer is how much a browser may send.
const longestAnswer = 64 << 10

// Ceremony is what the browser is asked to do with a passkey.
type Ceremony struct {
	Challenge id.ID           // to be sent back with the answer; good once
	Options   json.RawMessage // {"publicKey": …} for navigator.credentials.create or get
}

// Answer is what the browser did.
type Answer struct {
	Challenge id.ID
	Response  []byte // PublicKeyCredential.toJSON()
	Name      string // what its owner calls a new passkey
}

// Purpose is what a challenge was made for.
type Purpose string

// The purposes.
const (
	ForRegister Purpose = "register" // a new passkey of the session's person
	ForLink     Purpose = "link"     // a new passkey of who follows a link
	ForSignIn   Purpose = "sign_in"  // by whomever
	ForSecond   Purpose = "second"   // after the password
	ForConfirm  Purpose = "confirm"  // a fresh proof
)

// Asker is who asks: the browser's address of the site, the purpose, and the
// person and the session or link for which it asks (zero: nobody is known yet).
type Asker struct {
	Origin  string
	Purpose Purpose
	Person  id.ID
	Bound   id.ID
}

// Keys makes challenges and checks answers. It is safe for concurrent use.
type Keys struct {
	DB        *db.DB
	Log       *slog.Logger
	Issuer    string
	PublicURL string
}

// Work reports whether passkeys work at that address. They do where the browser
// can tell one site from another: under https, or on this machine by the name
// localhost.
func (k *Keys) Work(origin string) bool {
	_, err := k.site(origin)
	return err == nil
}

// site returns WebAuthn for the address by which people reach us. Without a
// public address in the settings the request's is taken, on this machine only: a
// visitor must not choose the site for which a passkey is made.
func (k *Keys) site(origin string) (*webauthn.WebAuthn, error) {
	address := k.PublicURL
	if address == "" {
		address = origin
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, errs.Wrap(err, errs.Conflict, "signin.passkey_impossible")
	}
	host := strings.ToLower(u.Hostname())
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if !local && (u.Scheme != "https" || k.PublicURL == "") {
		return nil, errs.New(errs.Conflict, "signin.passkey_impossible")
	}
	site, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: k.Issuer, RPOrigins: []string{u.Scheme + "://" + u.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(),
			UserVerification: protocol.VerificationRequired,
		},
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore, // password managers add some unasked
	})
	if err != nil {
		return nil, errs.Wrap(err, errs.Conflict, "signin.passkey_impossible")
	}
	return site, nil
}

// holder is a person as WebAuthn sees one.
type holder struct {
	person person.Person
	keys   []webauthn.Credential
	rows   []credential.Credential
}

// WebAuthnID implements webauthn.User.
func (h *holder) WebAuthnID() []byte { return h.person.ID[:] }

// WebAuthnName implements webauthn.User.
func (h *holder) WebAuthnName() string { return h.person.Email }

// WebAuthnDisplayName implements webauthn.User.
func (h *holder) WebAuthnDisplayName() string { return h.person.Name }

// WebAuthnCredentials implements webauthn.User.
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.keys }

func readHolder(ctx context.Context, q db.Queryer, p person.Person) (*holder, error) {
	rows, err := credential.All(ctx, q, p.ID, credential.Passkey)
	if err != nil {
		return nil, err
	}
	h := &holder{person: p, keys: make([]webauthn.Credential, len(rows)), rows: rows}
	for i, row := range rows {
		if err := json.Unmarshal([]byte(row.Data), &h.keys[i]); err != nil {
			return nil, fmt.Errorf("passkey %s: %w", row.ID, err)
		}
	}
	return h, nil
}

// held is what a challenge keeps until its answer comes.
type held struct {
	Data  webauthn.SessionData `json:"data"`
	Bound id.ID                `json:"bound"`
}

// keep stores a challenge and returns what the browser is asked.
func (k *Keys) keep(ctx context.Context, a Asker, options any, data *webauthn.SessionData) (Ceremony, error) {
	public, err := json.Marshal(options)
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	private, err := json.Marshal(held{*data, a.Bound})
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	c := Ceremony{Options: public}
	err = k.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		c.Challenge = tx.NewID()
		return insert(ctx, tx, challenge{c.Challenge, string(a.Purpose), a.Person, string(private), tx.Now().Add(Life)})
	})
	return c, err
}

// Ask asks for a passkey that exists.
func (k *Keys) Ask(ctx context.Context, a Asker) (Ceremony, error) {
	site, err := k.site(a.Origin)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := site.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for a passkey: %w", err)
	}
	return k.keep(ctx, a, options, data)
}

// AskNew asks for a new passkey of the person, on a device that has none yet.
func (k *Keys) AskNew(ctx context.Context, a Asker, p person.Person) (Ceremony, error) {
	site, err := k.site(a.Origin)
	if err != nil {
		return Ceremony{}, err
	}
	h, err := readHolder(ctx, k.DB, p)
	if err != nil {
		return Ceremony{}, err
	}
	options, data, err := site.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.keys).CredentialDescriptors()))
	if err != nil {
		return Ceremony{}, fmt.Errorf("ask for a new passkey: %w", err)
	}
	return k.keep(ctx, a, options, data)
}

// take uses a challenge up, whatever comes of its answer.
func (k *Keys) take(ctx context.Context, a Asker, challengeID id.ID) (held, error) {
	var c challenge
	var found bool
	err := k.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		c, found, err = take(ctx, tx, challengeID)
		return err
	})
	if err != nil {
		return held{}, err
	}
	var h held
	if found {
		if err := json.Unmarshal([]byte(c.data), &h); err != nil {
			return held{}, fmt.Errorf("challenge: %w", err)
		}
	}
	if !found || c.kind != string(a.Purpose) || c.person != a.Person || h.Bound != a.Bound || !k.DB.Clock().Now().Before(c.expiresAt) {
		return held{}, errs.New(errs.Unauthenticated, "signin.challenge_dead")
	}
	return h, nil
}

var (
	errStranger = errors.New("the passkey is nobody's who may sign in")
	errCloned   = errors.New("the passkey's counter went back: there may be two of it")
)

// refuse is the one answer to what is wrong with a passkey; the log knows more.
func (k *Keys) refuse(ctx context.Context, cause error) error {
	k.Log.InfoContext(ctx, "passkey refused", "error", cause)
	return errs.Wrap(cause, errs.Unauthenticated, "signin.passkey_failed")
}

// Register checks the answer to AskNew and returns the passkey to be stored.
func (k *Keys) Register(ctx context.Context, a Asker, answer Answer) (credential.Credential, error) {
	none := credential.Credential{}
	name := strings.TrimSpace(answer.Name)
	if !person.IsName(name) {
		return none, errs.Bad().Field("name", "signin.passkey_name")
	}
	h, err := k.take(ctx, a, answer.Challenge)
	if err != nil {
		return none, err
	}
	site, err := k.site(a.Origin)
	if err != nil {
		return none, err
	}
	if len(answer.Response) > longestAnswer {
		return none, errs.New(errs.TooLarge, "signin.passkey_failed")
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer.Response)
	if err != nil {
		return none, k.refuse(ctx, err)
	}
	key, err := site.CreateCredential(&holder{person: person.Person{ID: a.Person}}, h.Data, parsed)
	if err != nil {
		return none, k.refuse(ctx, err)
	}
	key.Attestation = webauthn.CredentialAttestation{} // nobody asks who made the device
	data, err := json.Marshal(key)
	if err != nil {
		return none, fmt.Errorf("passkey: %w", err)
	}
	return credential.Credential{
		Person: a.Person, Kind: credential.Passkey, Handle: base64.RawURLEncoding.EncodeToString(key.ID), Name: name,
		Data: string(data), Counter: int64(key.Authenticator.SignCount),
	}, nil
}

// Used is a passkey that has proved its owner.
type Used struct {
	Person person.Person

	row     credential.Credential
	data    string
	counter int64
}

// Check checks the answer to Ask. When the asker names a person, it must be a
// passkey of theirs.
func (k *Keys) Check(ctx context.Context, a Asker, answer Answer) (Used, error) {
	h, err := k.take(ctx, a, answer.Challenge)
	if err != nil {
		return Used{}, err
	}
	site, err := k.site(a.Origin)
	if err != nil {
		return Used{}, err
	}
	if len(answer.Response) > longestAnswer {
		return Used{}, errs.New(errs.TooLarge, "signin.passkey_failed")
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer.Response)
	if err != nil {
		return Used{}, k.refuse(ctx, err)
	}
	owner, err := k.owner(ctx, a.Person, parsed.Response.UserHandle)
	if err != nil {
		return Used{}, err
	}
	find := func(_, _ []byte) (webauthn.User, error) { return owner, nil }
	_, key, err := site.ValidatePasskeyLogin(find, h.Data, parsed)
	if err != nil {
		return Used{}, k.refuse(ctx, err)
	}
	return k.matched(ctx, owner, key)
}

// owner reads the person whom the device names.
func (k *Keys) owner(ctx context.Context, want id.ID, handle []byte) (*holder, error) {
	var named id.ID
	if len(handle) != len(named) {
		return nil, k.refuse(ctx, errStranger)
	}
	copy(named[:], handle)
	p, err := person.ByID(ctx, k.DB, named)
	switch {
	case errs.Is(err, errs.NotFound), err == nil && p.State != person.Active, !want.IsZero() && named != want:
		return nil, k.refuse(ctx, errStranger)
	case err != nil:
		return nil, err
	}
	return readHolder(ctx, k.DB, p)
}

// matched finds the row of the passkey that was used.
func (k *Keys) matched(ctx context.Context, h *holder, key *webauthn.Credential) (Used, error) {
	handle := base64.RawURLEncoding.EncodeToString(key.ID)
	for _, row := range h.rows {
		if row.Handle != handle {
			continue
		}
		if key.Authenticator.CloneWarning {
			return Used{}, errors.Join(k.refuse(ctx, errCloned), k.suspect(ctx, row))
		}
		data, err := json.Marshal(key)
		if err != nil {
			return Used{}, fmt.Errorf("passkey: %w", err)
		}
		return Used{h.person, row, string(data), int64(key.Authenticator.SignCount)}, nil
	}
	return Used{}, k.refuse(ctx, errStranger)
}

// suspect records a passkey of which there may be two.
func (k *Keys) suspect(ctx context.Context, c credential.Credential) error {
	return k.DB.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := journal.Write(ctx, tx, journal.Fact{
			Actor: c.Person, Action: "credential.suspect", SubjectKind: "person", Subject: c.Person,
			Payload: map[string]any{"kind": c.Kind, "credential": c.ID.String()},
		})
		return err
	})
}

// Keep stores the counter of a passkey that was used, in the write of what it
// allows, and returns its owner.
func (u Used) Keep(ctx context.Context, tx *db.Tx) (person.Person, error) {
	p, err := person.ByID(ctx, tx, u.Person.ID)
	if err != nil {
		return person.Person{}, err
	}
	good := p.State == person.Active
	if good {
		good, err = credential.Use(ctx, tx, u.row, u.counter)
	}
	if err != nil {
		return person.Person{}, err
	}
	if !good {
		return person.Person{}, errs.New(errs.Unauthenticated, "signin.passkey_failed")
	}
	return p, credential.SetData(ctx, tx, u.row, u.data)
}
