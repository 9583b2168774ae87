// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/registry/org"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// OrgInput is what is said about an organisation.
type OrgInput struct {
	Kind   org.Kind `json:"kind" enum:"federation,association,hospital,supplier,carrier,government,company,person,other"`
	Name   string   `json:"name" maxLength:"200"`
	Parent string   `json:"parent,omitempty" doc:"Id of the organisation above"`
	Place  string   `json:"place,omitempty" doc:"A code of /places"`
	Public *bool    `json:"public,omitempty" doc:"Whether the name may stand on public pages; absent: decided by the name. Never for a person."`
	Note   string   `json:"note,omitempty"`
}

// Org is an organisation, or a person who gave something.
type Org struct {
	ID         string    `json:"id"`
	Kind       org.Kind  `json:"kind"`
	Name       string    `json:"name"`
	Parent     string    `json:"parent,omitempty"`
	Place      string    `json:"place,omitempty"`
	Public     bool      `json:"public"`
	Note       string    `json:"note,omitempty"`
	Version    int64     `json:"version"`
	RecordedAt time.Time `json:"recorded_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// AliasInput is another spelling of an organisation's name.
type AliasInput struct {
	Name string `json:"name" maxLength:"200"`
}

func showOrg(o org.Org) Org {
	return Org{show(o.ID), o.Kind, o.Name, show(o.Parent), o.Place, o.Public, o.Note, o.Version, o.CreatedAt, o.UpdatedAt}
}

func orgInput(c *api.Call) (org.Input, error) {
	var in OrgInput
	if err := c.Decode(&in); err != nil {
		return org.Input{}, err
	}
	out := org.Input{Kind: in.Kind, Name: in.Name, Parent: c.ID("parent", in.Parent), Place: in.Place, Public: in.Public, Note: in.Note}
	return out, c.Bad.OrNil()
}

func (a *API) createOrg(c *api.Call) (api.Answer, error) {
	in, err := orgInput(c)
	if err != nil {
		return api.Answer{}, err
	}
	o, err := a.services.Orgs.Create(c.Context(), c.Actor, in, c.Key)
	return api.Made(showOrg(o), o.Version, Prefix+"/orgs/"+o.ID.String()), err
}

func (a *API) getOrg(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	o, err := a.services.Orgs.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: showOrg(o), Version: o.Version}, err
}

func (a *API) updateOrg(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	version, err := c.Version()
	if err != nil {
		return api.Answer{}, err
	}
	in, err := orgInput(c)
	if err != nil {
		return api.Answer{}, err
	}
	o, err := a.services.Orgs.Update(c.Context(), c.Actor, subject, version, in)
	return api.Answer{Body: showOrg(o), Version: o.Version}, err
}

func (a *API) addAlias(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	var in AliasInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	if err := a.services.Orgs.AddAlias(c.Context(), c.Actor, subject, in.Name); err != nil {
		return api.Answer{}, err
	}
	o, err := a.services.Orgs.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: showOrg(o), Version: o.Version}, err
}

func (a *API) listOrgs(c *api.Call) (api.Answer, error) {
	f := org.Filter{Kind: org.Kind(c.Query("kind")), Parent: c.ID("parent", c.Query("parent")), Name: c.Query("name"), Like: c.Query("like")}
	if f.Kind != "" && !f.Kind.Valid() {
		c.Bad.Field("kind", "org.kind.unknown", "kind", f.Kind)
	}
	return api.Listing(c, func(p page.Request) (page.Page[org.Org], error) {
		return a.services.Orgs.List(c.Context(), c.Actor, f, p)
	}, showOrg, api.Table[Org]{
		Names: []string{"id", "kind", "name", "parent", "place", "public", "note"},
		Row:   func(o Org) []any { return []any{o.ID, string(o.Kind), o.Name, o.Parent, o.Place, o.Public, o.Note} },
	})
}
