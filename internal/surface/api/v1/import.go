// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"errors"
	"os"
	"strconv"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/relief/register"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// Import is what became of the rows of a register: read = posted + held +
// rejected + already.
type Import struct {
	Run      string             `json:"run,omitempty" doc:"Absent in a dry run"`
	File     string             `json:"file"`
	Read     int                `json:"read"`
	Posted   int                `json:"posted"`
	Held     int                `json:"held"`
	Rejected int                `json:"rejected"`
	Already  int                `json:"already"`
	Reasons  map[string]int     `json:"reasons,omitempty" doc:"Message key to number of rows"`
	Mappings []register.Mapping `json:"mappings" doc:"Which columns were taken, for each table of the file"`
}

// ImportRow is a row that waits for a person, or did.
type ImportRow struct {
	Run    string                    `json:"run"`
	N      int                       `json:"n"`
	Sheet  string                    `json:"sheet,omitempty"`
	Row    int                       `json:"row"`
	Status register.Status           `json:"status"`
	Code   string                    `json:"code" doc:"Message key: why it was not posted"`
	Why    string                    `json:"why" doc:"The same in words"`
	Values map[register.Field]string `json:"values,omitempty" doc:"As they were read"`
	Cells  []string                  `json:"cells" doc:"As the file has them"`
	Reason string                    `json:"reason,omitempty" doc:"Of a discarded row"`
}

// FixInput is what a person says about a held row.
type FixInput struct {
	Values    map[register.Field]string `json:"values,omitempty" doc:"These fields instead of what was read"`
	Confirmed bool                      `json:"confirmed,omitempty" doc:"The unusual number is right"`
	Class     string                    `json:"class,omitempty" doc:"What the articles are; absent: as they were read"`
}

// DiscardInput says why a held row is not posted.
type DiscardInput struct {
	Reason string `json:"reason"`
}

// Resolved names the document that a held row became.
type Resolved struct {
	Document string `json:"document,omitempty"`
}

// importRegister books a register that comes as the body of the request.
func (a *API) importRegister(c *api.Call) (_ api.Answer, err error) {
	kind := register.Kind(c.Query("kind"))
	switch kind {
	case register.Needs, register.Receipts, register.Distributions, register.Money:
	default:
		return api.Answer{}, errs.Bad().Field("kind", "api.register_kind")
	}
	name := c.Query("name")
	if name == "" || len(name) > 200 {
		return api.Answer{}, errs.Bad().Field("name", "api.file_name")
	}
	dry := c.Flag("dry_run")
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	file, size, err := c.Spool(a.services.MaxUpload)
	if err != nil {
		return api.Answer{}, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	result, err := a.services.Registers.Run(c.Context(), c.Actor, register.Request{
		Kind: kind, FileName: name, File: file, Size: size, DryRun: dry,
	})
	if err != nil {
		return api.Answer{}, err
	}
	return api.Answer{Body: Import{
		Run: show(result.Run), File: result.File, Read: result.Read, Posted: result.Posted, Held: result.Held,
		Rejected: result.Rejected, Already: result.Already, Reasons: result.Reasons, Mappings: result.Mappings,
	}}, nil
}

func (a *API) listImportRows(c *api.Call) (api.Answer, error) {
	f := register.Filter{Run: c.ID("run", c.Query("run")), All: c.Flag("all")}
	words := c.Words()
	return api.Listing(c, func(p page.Request) (page.Page[register.HeldRow], error) {
		return a.services.Registers.List(c.Context(), c.Actor, f, p)
	}, func(r register.HeldRow) ImportRow {
		why, _ := words.Error(&errs.Error{Kind: errs.Invalid, Key: r.Key, Args: r.Args})
		return ImportRow{show(r.Run), r.N, r.Sheet, r.Row, r.Status, r.Key, why, r.Values, r.Cells, r.Reason}
	}, api.Table[ImportRow]{
		Names: []string{"run", "n", "sheet", "row", "status", "why", "reason"},
		Row: func(r ImportRow) []any {
			return []any{r.Run, r.N, r.Sheet, r.Row, string(r.Status), r.Why, r.Reason}
		},
	})
}

// row reads which row of a run is meant.
func row(c *api.Call) (n int, err error) {
	if n, err = strconv.Atoi(c.PathValue("n")); err != nil {
		return 0, errs.New(errs.NotFound, "api.not_found")
	}
	return n, nil
}

func (a *API) resolveRow(c *api.Call) (api.Answer, error) {
	run, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	n, err := row(c)
	if err != nil {
		return api.Answer{}, err
	}
	var in FixInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	made, err := a.services.Registers.Resolve(c.Context(), c.Actor, run, n, register.Fix(in))
	return api.Answer{Body: Resolved{show(made)}}, err
}

func (a *API) discardRow(c *api.Call) (api.Answer, error) {
	run, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	n, err := row(c)
	if err != nil {
		return api.Answer{}, err
	}
	var in DiscardInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	return api.Answer{Body: Resolved{}}, a.services.Registers.Discard(c.Context(), c.Actor, run, n, in.Reason)
}
