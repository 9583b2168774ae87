// SPDX-License-Identifier: Apache-2.0

package signin

import (
	"github.com/qiaorelief/qiao/internal/registry/account/credential"
	"github.com/qiaorelief/qiao/internal/registry/account/link"
	"github.com/qiaorelief/qiao/internal/registry/account/passkey"
	"github.com/qiaorelief/qiao/internal/registry/account/person"
	"github.com/qiaorelief/qiao/internal/registry/account/visit"
)

// What the service gives and takes, by the names of the packages that keep it.
type (
	// Person is somebody who signs in.
	Person = person.Person
	// NewPerson says who is invited.
	NewPerson = person.New
	// Filter chooses people.
	Filter = person.Filter
	// Link is a one-time link.
	Link = link.Link
	// Session is a browser in which somebody is signed in.
	Session = visit.Session
	// Means says with what a person can prove who they are.
	Means = credential.Means
	// Ceremony is what the browser is asked to do with a passkey.
	Ceremony = passkey.Ceremony
	// Answer is what the browser did with a passkey.
	Answer = passkey.Answer
)
