// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/qiaorelief/qiao/internal/books/journal"
	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/db"
	"github.com/qiaorelief/qiao/internal/registry/account"
	"github.com/qiaorelief/qiao/internal/registry/account/attempt"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/memo"
	"github.com/qiaorelief/qiao/internal/registry/account/passkey"
	"github.com/qiaorelief/qiao/internal/registry/account/password"
	"github.com/qiaorelief/qiao/internal/registry/account/visit"
)

// How long things last.
const (
	SetUpLife   = 24 * time.Hour
	InviteLife  = 7 * 24 * time.Hour
	ResetLife   = 24 * time.Hour
	EnterLife   = 24 * time.Hour
	HalfLife    = 5 * time.Minute    // between password and second factor
	SessionLife = 7 * 24 * time.Hour // in all
	FreshFor    = 15 * time.Minute   // after a proof, for sensitive changes

	seenEvery = time.Minute // how exactly the last use is known
)

// Config is what the service is made of. Zero Hash means password.Recommended.
type Config struct {
	DB        *db.DB
	Policy    *account.Policy
	Log       *slog.Logger
	Issuer    string // the name of the house in apps and passkeys
	PublicURL string // how people reach the server; empty: as the request says, on this machine only
	Hash      password.Parameters
}

// Service keeps people, credentials and sessions. It is safe for concurrent use.
type Service struct {
	db     *db.DB
	policy *account.Policy
	log    *slog.Logger
	cfg    Config
	limits *attempt.Limits
	hasher *password.Hasher
	rules  *password.Rules
	keys   *passkey.Keys
	memo   memo.Memo[Session]
}

// New returns the service.
func New(cfg Config) (*Service, error) {
	if cfg.Hash == (password.Parameters{}) {
		cfg.Hash = password.Recommended()
	}
	if cfg.Issuer == "" {
		cfg.Issuer = "Qiao"
	}
	rules, err := password.LoadRules()
	if err != nil {
		return nil, err
	}
	return &Service{
		db: cfg.DB, policy: cfg.Policy, log: cfg.Log, cfg: cfg, rules: rules,
		limits: attempt.New(cfg.DB), keys: &passkey.Keys{DB: cfg.DB, Log: cfg.Log, Issuer: cfg.Issuer, PublicURL: cfg.PublicURL},
		hasher: password.NewHasher(cfg.Hash, cfg.DB.IDs().Salt),
	}, nil
}

// Visitor is where a request comes from.
type Visitor struct {
	Address netip.Addr // session.Address of the request
	Agent   string     // the User-Agent header
	Origin  string     // scheme://host[:port] by which the browser reached us; for passkeys
}

const longestAgent = 200

func (v Visitor) agent() string {
	agent := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, v.Agent)
	if len(agent) > longestAgent {
		agent = strings.ToValidUTF8(agent[:longestAgent], "")
	}
	return agent
}

// failed is the one answer to whoever does not prove who they are.
func failed() error { return errs.New(errs.Unauthenticated, "account.sign_in_failed") }

func (s *Service) record(ctx context.Context, tx *db.Tx, actor id.ID, action string, subject subject) error {
	_, err := journal.Write(ctx, tx, journal.Fact{
		Actor: actor, Action: action, SubjectKind: subject.kind, Subject: subject.id, Payload: subject.payload, Reason: subject.reason,
	})
	return err
}

// subject is what a fact is about. Its payload names people by id only.
type subject struct {
	kind    string
	id      id.ID
	payload map[string]any
	reason  string
}

func aboutPerson(who id.ID, pairs ...any) subject { return about("person", who, pairs...) }

func about(kind string, what id.ID, pairs ...any) subject {
	payload := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if name, ok := pairs[i].(string); ok {
			payload[name] = pairs[i+1]
		}
	}
	return subject{kind: kind, id: what, payload: payload}
}

func (s subject) because(reason string) subject {
	s.reason = reason
	return s
}

// govern asks whether the actor may do the action to a person of these
// memberships: in every organisation that one of them names.
func (s *Service) govern(ctx context.Context, a account.Actor, action string, who id.ID, memberships []account.Membership) error {
	if len(memberships) == 0 {
		memberships = []account.Membership{{}}
	}
	for _, m := range memberships {
		if err := s.policy.Authorize(ctx, a, action, account.Object{Kind: "person", ID: who, Org: m.Org}); err != nil {
			return err
		}
	}
	return nil
}

// Sweep removes what has ended: sessions, challenges, links and counts. It is to
// be called now and then.
func (s *Service) Sweep(ctx context.Context) error {
	err := s.db.Tx(ctx, func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(visit.Sweep(ctx, tx, tx.Now()), passkey.Sweep(ctx, tx, tx.Now()), link.Sweep(ctx, tx, tx.Now()))
	})
	if err != nil {
		return err
	}
	return s.limits.Sweep(ctx)
}

// sweepEvery is how often Run sweeps.
const sweepEvery = time.Hour

// Run sweeps every hour until ctx ends.
func (s *Service) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			s.log.WarnContext(ctx, "ended sessions not removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
