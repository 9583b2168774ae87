// SPDX-License-Identifier: Apache-2.0

package v1

import (
	"errors"
	"net/http"
	"os"
	"time"

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

func showAttachment(a attachment.Attachment) Attachment {
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

func (a *API) attachmentRoutes() []api.Route {
	of := []api.Param{
		{Name: "subject_kind", Doc: "need, receipt, distribution, fund, org, lot or import", Required: true}, {Name: "subject", Doc: "Id of the record", Required: true},
	}
	return []api.Route{
		{
			Method: http.MethodPost, Path: "/attachments", ID: "addAttachment", Action: "attachment.create", Out: Attachment{}, Made: true, File: true,
			Summary: "Add a file to a record: JPEG, PNG, WebP or PDF as the body. Pictures are drawn anew; place and camera are not kept",
			Handle:  a.addAttachment,
			Query: append(of[:2:2], api.Param{Name: "kind", Doc: "photo, waybill, certificate, scan or other", Required: true},
				api.Param{Name: "title", Doc: "What it shows; at most 200 characters"}, api.Param{Name: "name", Doc: "Name of the file"}),
		},
		{
			Method: http.MethodGet, Path: "/attachments", ID: "listAttachments", Summary: "List the files of a record", Action: "attachment.read",
			Out: Attachments{}, Query: append(of[:2:2], api.Param{Name: "removed", Doc: "true: also what was removed"}), Handle: a.listAttachments,
		},
		{
			Method: http.MethodGet, Path: "/attachments/{id}", ID: "getAttachment", Summary: "What is known about a file", Action: "attachment.read",
			Out: Attachment{}, Handle: a.getAttachment,
		},
		{
			Method: http.MethodGet, Path: "/attachments/{id}/file", ID: "getAttachmentFile", Summary: "Download a file", Action: "attachment.read",
			Sends: []string{"image/jpeg", "image/png", "application/pdf"}, Handle: a.getAttachmentFile,
		},
		{
			Method: http.MethodGet, Path: "/attachments/{id}/thumbnail", ID: "getAttachmentThumbnail", Summary: "Download the small picture of a file",
			Action: "attachment.read", Sends: []string{"image/jpeg"}, Handle: a.getAttachmentThumbnail,
		},
		{
			Method: http.MethodPost, Path: "/attachments/{id}/removal", ID: "removeAttachment", Summary: "Take a file away, with a reason",
			Action: "attachment.remove", In: RemovalInput{}, Out: Attachment{}, Handle: a.removeAttachment,
		},
	}
}

// subjectOf reads which record is meant.
func subjectOf(c *api.Call) attachment.Subject {
	return attachment.Subject{Kind: attachment.SubjectKind(c.Query("subject_kind")), ID: c.ID("subject", c.Query("subject"))}
}

func (a *API) addAttachment(c *api.Call) (_ api.Answer, err error) {
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
	made, err := a.services.Attachments.Add(c.Context(), c.Actor, in, c.Key)
	if err != nil {
		return api.Answer{}, err
	}
	return api.Made(showAttachment(made), 0, Prefix+"/attachments/"+made.ID.String()), nil
}

func (a *API) listAttachments(c *api.Call) (api.Answer, error) {
	of, removed := subjectOf(c), c.Flag("removed")
	if err := c.Bad.OrNil(); err != nil {
		return api.Answer{}, err
	}
	list, err := a.services.Attachments.List(c.Context(), c.Actor, of, removed)
	return api.Answer{Body: Attachments{api.Each(list, showAttachment)}}, err
}

func (a *API) getAttachment(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	found, err := a.services.Attachments.Get(c.Context(), c.Actor, subject)
	return api.Answer{Body: showAttachment(found)}, err
}

func (a *API) getAttachmentFile(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	opened, err := a.services.Attachments.Open(c.Context(), c.Actor, subject)
	if err != nil {
		return api.Answer{}, err
	}
	return sendAttachment(c, opened)
}

func (a *API) getAttachmentThumbnail(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	opened, err := a.services.Attachments.OpenThumbnail(c.Context(), c.Actor, subject)
	if err != nil {
		return api.Answer{}, err
	}
	return sendAttachment(c, opened)
}

func sendAttachment(c *api.Call, o attachment.Opened) (_ api.Answer, err error) {
	defer func() { err = errors.Join(err, o.Content.Close()) }()
	c.Download(httpx.Download{Name: o.Name, Type: string(o.Type), Tag: o.SHA256, Size: o.Size, Content: o.Content})
	return api.Answer{}, nil
}

func (a *API) removeAttachment(c *api.Call) (api.Answer, error) {
	subject, err := c.Subject()
	if err != nil {
		return api.Answer{}, err
	}
	var in RemovalInput
	if err := c.Decode(&in); err != nil {
		return api.Answer{}, err
	}
	removed, err := a.services.Attachments.Remove(c.Context(), c.Actor, attachment.Removal{ID: subject, Reason: in.Reason, Key: c.Key})
	return api.Answer{Body: showAttachment(removed)}, err
}
