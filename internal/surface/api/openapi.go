// SPDX-License-Identifier: Apache-2.0

package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/qiaorelief/qiao/internal/platform/httpx"
)

// description opens the OpenAPI document.
const description = "Qiao keeps the books of an emergency donation effort: goods and money in, goods and money out, every unit accounted for. " +
	"Errors are RFC 9457 problem documents whose title and fields are in the language of Accept-Language (zh or en). " +
	"Counts are integers in the unit beside them; amounts of money are decimal strings; days are those of the books' time zone."

// document writes the OpenAPI 3.1 document of the routes.
func document(routes []Route, prefix, version string) ([]byte, error) {
	registry := huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer)
	spec := &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Qiao", Version: version, Description: description,
			License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
		},
		Components: &huma.Components{
			Schemas:         registry,
			SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer", Description: "A token made by `qiao token --role ROLE`."}},
		},
		Security: []map[string][]string{{"token": {}}},
	}
	for i := range routes {
		spec.AddOperation(routes[i].operation(registry, prefix))
	}
	return json.MarshalIndent(spec, "", " ")
}

// operation describes one route.
func (r *Route) operation(registry huma.Registry, prefix string) *huma.Operation {
	op := &huma.Operation{
		OperationID: r.ID, Method: r.Method, Path: prefix + r.Path, Tags: []string{r.tag()}, Summary: r.Summary,
		Extensions: map[string]any{"x-action": r.Action},
		Responses: map[string]*huma.Response{
			strconv.Itoa(r.status()): r.success(registry),
			"default": {Description: "What went wrong, and which fields", Content: map[string]*huma.MediaType{
				httpx.ProblemType: {Schema: schemaOf(registry, httpx.Problem{})},
			}},
		},
	}
	for _, name := range pathParameters(r.Path) {
		op.Parameters = append(op.Parameters, parameter("path", name, "", true))
	}
	for _, p := range r.Query {
		op.Parameters = append(op.Parameters, parameter("query", p.Name, p.Doc, p.Required))
	}
	if r.Method == http.MethodPost {
		op.Parameters = append(op.Parameters, parameter("header", "Idempotency-Key",
			"Up to 255 visible ASCII characters, new for every new fact. A repetition with the same body returns the first answer.", true))
	}
	if r.Versioned {
		op.Parameters = append(op.Parameters, parameter("header", "If-Match", "The ETag that the caller saw. When it is old: 409 with both versions.", true))
	}
	switch {
	case r.File:
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
		}}
	case r.In != nil:
		op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{
			"application/json": {Schema: schemaOf(registry, r.In)},
		}}
	}
	return op
}

// success describes the answer of a route that went well.
func (r *Route) success(registry huma.Registry) *huma.Response {
	if len(r.Sends) > 0 {
		return r.file()
	}
	response := &huma.Response{
		Description: http.StatusText(r.status()),
		Content:     map[string]*huma.MediaType{"application/json": {Schema: schemaOf(registry, r.Out)}},
	}
	if r.Tagged {
		response.Headers = map[string]*huma.Param{"ETag": {Schema: &huma.Schema{Type: huma.TypeString}, Description: "The version"}}
	}
	if r.Exports {
		text := &huma.Schema{Type: huma.TypeString}
		response.Content["text/csv"] = &huma.MediaType{Schema: text}
		response.Content[xlsxType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return response
}

// file describes the answer of a route that sends a file.
func (r *Route) file() *huma.Response {
	response := &huma.Response{
		Description: "The file, to be saved", Content: map[string]*huma.MediaType{},
		Headers: map[string]*huma.Param{"ETag": {Schema: &huma.Schema{Type: huma.TypeString}, Description: "The SHA-256 of the file"}},
	}
	for _, t := range r.Sends {
		response.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	}
	return response
}

func schemaOf(registry huma.Registry, example any) *huma.Schema {
	t := reflect.TypeOf(example)
	return registry.Schema(t, true, t.Name())
}

func parameter(in, name, doc string, required bool) *huma.Param {
	return &huma.Param{In: in, Name: name, Description: doc, Required: required, Schema: &huma.Schema{Type: huma.TypeString}}
}

// pathParameters lists the {names} of a path.
func pathParameters(path string) []string {
	var names []string
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			names = append(names, strings.TrimSuffix(name, "}"))
		}
	}
	return names
}
