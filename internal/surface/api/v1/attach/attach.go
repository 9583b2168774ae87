// SPDX-License-Identifier: Apache-2.0

// Package attach is the part of the API that takes and gives files of records:
// photos, scans and certificates.
//
// A file comes as the body of a request, as a register does. It goes out as
// something to save, never to show: nosniff, in a sandbox, with its hash as ETag; the
// right to see the record is asked at each fetch.
package attach

import (
	"errors"
	"net/http"
	"os"
	"time"

	"github.com/qiaorelief/qiao/internal/kernel/id"
	"github.com/qiaorelief/qiao/internal/platform/httpx"
	"github.com/qiaorelief/qiao/internal/relief/attachment"
	"github.com/qiaorelief/qiao/internal/surface/api"
)

// Attachment is a photo, scan or certificate of a record.
type Attachment struct {
	ID          string                 `json:"id"`
	SubjectKind attachment.SubjectKind `json:"subject_kind" enum:"need,receipt,distribution,fund,org,lot,import"`
	Subject     string                 `json:"subject" doc:"Id of the record"`
	Kind        attachment.Kind        `json:"kind" enum:"photo,waybill,certificate,scan,other"`
	Title       string                 `json:"title,omitempty"`
	Name        string                 `json:"name,omitempty" doc:"Of the file; absent when it was removed"`
	Type        string                 `json:"type" doc:"Media type of the file that is kept"`
	Size        int64                  `json:"size" doc:"In bytes"`
	SHA256      string                 `json:"sha256" doc:"Of the file that is kept"`
	Width       int                    `json:"width,omitempty" doc:"In pixels; absent: a document"`
	Height      int                    `json:"height,omitempty"`
	Thumbnail   bool                   `json:"thumbnail" doc:"There is a small picture of it"`
	AddedAt     time.Time              `json:"added_at"`
	AddedBy     string                 `json:"added_by"`
	RemovedAt   *time.Time             `json:"removed_at,omitempty"`
	RemovedBy   string                 `json:"removed_by,omitempty"`
	Reason      string                 `json:"reason,omitempty" doc:"Why it was removed"`
}

// Attachments is the list of a record's files, the newest first.
type Attachments struct {
	Items []Attachment `json:"items"`
}

// RemovalInput says why a file is taken away.
type RemovalInput struct {
	Reason string `json:"reason"`
}

// API is this part. It is safe for concurrent use.
type API struct {
	files  *attachment.Service
	prefix string
}

// New returns the part; prefix is where the API lives.
func New(files *attachment.Service, prefix string) *API { return &API{files: files, prefix: prefix} }

// show returns an id as text; the zero id is empty.
func show(i id.ID) string {
	if i.IsZero() {
		return ""
	}
	return i.String()
}

func present(a attachment.Attachment) Attachment {
	shown := Attachment{
		ID: a.ID.String(), SubjectKind: a.Subject.Kind, Subject: a.Subject.ID.String(), Kind: a.Kind, Title: a.Title, Name: a.Name,
		Type: string(a.Type), Size: a.Size, SHA256: a.SHA256, Width: a.Width, Height: a.Height, Thumbnail: a.Thumbnail != "" && !a.Removed(),
		AddedAt: a.CreatedAt, AddedBy: show(a.CreatedBy), RemovedBy: show(a.RemovedBy), Reason: a.Reason,
	}
	if a.Removed() {
		shown.RemovedAt = &a.RemovedAt
	}
	return shown
}

// Routes is the table of this part.
func (a *API) Routes() []api.Route {
	of := []api.Param{
		{Name: "subject_kind", Doc: "need, receipt, distribution, fund, org, lot or import", Required: true}, {Name: "subject", Doc: "Id of the record", Required: true},
	}
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/attachments", ID: "addAttachment", Action: "attachment.create", Out: Attachment{}, Made: true, File: true,
			Summary: "Add a file to a record: JPEG, PNG, WebP or PDF as the body. Pictures are drawn anew; place and camera are not kept",
			Handle:  a.add,
			Query: append(of[:2:2], api.Param{Name: "kind", Doc: "photo, waybill, certificate, scan or other", Required: true},
				api.Param{Name: "title", Doc: "What it shows; at most 200 characters"}, api.Param{Name: "name", Doc: "Name of the file"}),
		},
		{
			Method: http.MethodGet, Path: "/attachments", ID: "listAttachments", Summary: "List the files of a record", Action: "attachment.read",
			Out: Attachments{}, Query: append(of[:2:2], api.Param{Name: "removed", Doc: "true: also what was removed"}), Handle: a.list,
		},
		{
			Method: http.MethodGet, Path: "/attachments/{id}", ID: "getAttachment", Summary: "What is known about a file", Action: "attachment.read",
			Out: Attachment{}, Handle: a.get,
		},
		{
			Method: http.MethodGet, Path: "/attachments/{id}/file", ID: "getAttachmentFile", Summary: "Download a file", Action: "attachment.read",
			Sends: []string{"image/jpeg", "image/png", "application/pdf"}, Handle: a.file,
		},
		{
			Method: http.MethodGet, Path: "/attachments/{id}/thumbnail", ID: "getAttachmentThumbnail", Summary: "Download the small picture of a file",
			Action: "attachment.read", Sends: []string{"image/jpeg"}, Handle: a.thumbnail,
		},
		{
			Method: http.MethodPost, Path: "/attachments/{id}/removal", ID: "removeAttachment", Summary: "Take a file away, with a reason",
			Action: "attachment.remove", In: RemovalInput{}, Out: Attachment{}, Handle: a.remove,
		},
	}
}

// subjectOf reads which record is meant.
func subjectOf(c *api.Call) attachment.Subject {
	return attachment.Subject{Kind: attachment.SubjectKind(c.Query("subject_kind")), ID: c.ID("subject", c.Query("subject"))}
}

func (a *API) add(c *api.Call) (_ api.Answer, err error) {
	in := attachment.Input{
		Of: subjectOf(c), Kind: attachment.Kind(c.Query("kind")), Title: c.Query("title"), Name: c.Query("name"), Type: c.Header.Get("Content-Type"),
	}
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	if err := in.Validate(); err != nil { // before the file is taken from the line
		return api.Answer{}, err
	}
	file, size, err := c.Spool(attachment.MaxSize)
	if err != nil {
		return api.Answer{}, err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	in.Content, in.Size = file, size
	made, err := a.files.Add(c.Context(), c.Actor, in, c.Key)
	if err != nil {
		return api.Answer{}, err
	}
	return api.Made(present(made), 0, a.prefix+"/attachments/"+made.ID.String()), nil
}

func (a *API) list(c *api.Call) (api.Answer, error) {
	of, removed := subjectOf(c), c.Flag("removed")
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	list, err := a.files.List(c.Context(), c.Actor, of, removed)
	return api.Answer{Body: Attachments{api.Each(list, present)}}, err
}

func (a *API) get(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	found, err := a.files.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: present(found)}, err
}

func (a *API) file(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	opened, err := a.files.Open(c.Context(), c.Actor, subject)
	if err != nil {
		return api.Answer{}, err
	}
	return send(c, opened)
}

func (a *API) thumbnail(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	opened, err := a.files.OpenThumbnail(c.Context(), c.Actor, subject)
	if err != nil {
		return api.Answer{}, err
	}
	return send(c, opened)
}

func send(c *api.Call, o attachment.Opened) (_ api.Answer, err error) {
	defer func() { err = errors.Join(err, o.Content.Close()) }()
	c.Download(httpx.Download{Name: o.Name, Type: string(o.Type), Tag: o.SHA256, Size: o.Size, Content: o.Content})
	return api.Answer{}, nil
}

func (a *API) remove(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	var in RemovalInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	removed, err := a.files.Remove(c.Context(), c.Actor, attachment.Removal{ID: subject, Reason: in.Reason, Key: c.Key})
	return api.Answer{Body: present(removed)}, err
}
