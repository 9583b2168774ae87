// SPDX-License-Identifier: Apache-2.0

package api

import (
	"net/http"

	"github.com/qiaorelief/qiao/internal/kernel/errs"
	"github.com/qiaorelief/qiao/internal/kernel/page"
	"github.com/qiaorelief/qiao/internal/platform/sheet"
)

// List is one page of a list. Next is the cursor of the following page; empty
// on the last one.
type List[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// xlsxType is the media type of a workbook.
const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// maxExport is the most rows of one export; a workbook holds not many more.
const maxExport = 1_000_000

// Table says how a list is exported.
type Table[T any] struct {
	Names []string
	Row   func(T) []any // cells of sheet.Writer
}

// Listing answers with one page as JSON, or with the whole list as a file when
// the address asks for format=csv or format=xlsx.
func Listing[D, T any](c *Call, next func(page.Request) (page.Page[D], error), show func(D) T, t Table[T]) (Answer, error) {
	format := c.Query("format")
	if format != "" && format != "json" && format != "csv" && format != "xlsx" {
		c.Bad.Field("format", "api.format")
	}
	request := c.page()
	if err := c.Bad.OrNil(); err != nil {
		return Answer{}, err
	}
	if format == "csv" || format == "xlsx" {
		return Answer{}, export(c, format, next, show, t)
	}
	found, err := next(request)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Body: List[T]{Items: Each(found.Items, show), Next: found.Next}}, nil
}

// Each shows every item, in order.
func Each[D, T any](items []D, show func(D) T) []T {
	out := make([]T, len(items))
	for i, item := range items {
		out[i] = show(item)
	}
	return out
}

// export streams every page into one file. The first page is read before the
// first byte is sent, so that a refusal is still a problem document; a failure
// after that ends the connection, so that nobody takes a part for the whole.
func export[D, T any](c *Call, format string, next func(page.Request) (page.Page[D], error), show func(D) T, t Table[T]) error {
	request := page.Request{Limit: page.MaxLimit}
	found, err := next(request)
	if err != nil {
		return err
	}
	header := c.w.Header()
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Content-Disposition", `attachment; filename="`+lastPart(c.URL.Path)+`.`+format+`"`)
	var w sheet.Writer
	if format == "csv" {
		header.Set("Content-Type", "text/csv; charset=utf-8")
		w = sheet.CSV(c.w, true)
	} else {
		header.Set("Content-Type", xlsxType)
		w = sheet.XLSX(c.w)
	}
	err = w.Header(t.Names)
	for rows := 0; err == nil && len(found.Items) > 0; {
		for _, item := range found.Items {
			if err = w.Row(t.Row(show(item))...); err != nil {
				break
			}
		}
		rows += len(found.Items)
		if err != nil || found.Next == "" {
			break
		}
		if rows >= maxExport {
			err = errs.New(errs.TooLarge, "api.export_large", "max", maxExport)
			break
		}
		request.Cursor = found.Next
		found, err = next(request)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		c.api.config.Log.WarnContext(c.Context(), "export broken off", "path", c.URL.Path, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

func lastPart(path string) string {
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}
