// SPDX-License-Identifier: Apache-2.0

// Package org is the registry of organisations: federations, associations,
// hospitals, suppliers, carriers, donors; as a tree, with the names by which
// people call them.
//
// # What it must do for its user
//
// The same hospital written in three ways is one recipient; a federation finds
// its counties below its cities; a public page never shows a private person.
//
// # The tree
//
// Whoever acts for an organisation acts on everything below it. The service keeps
// in memory who is below whom and answers account.Tree; a change made here counts
// at once, one made by another process after a second at most.
//
// # Tables
//
// org, org_alias. A name is compared by its key (blanks, width and punctuation
// removed); an alias belongs to one organisation.
//
// # Public names
//
// A name is public only when it plainly ends like an organisation's (…公司,
// …医院, …Association) or a person with the right to do so says that it is.
// Everything else is treated as a private person's: shown as "individual donor".
//
// # Events
//
// org.create, org.update, org.alias.
//
// # What it refuses
//
// An empty or absurdly long name; a name that another organisation has; a parent
// that does not exist or would make a circle; a change to an old version
// (errs.Conflict with both versions); a move by somebody who has no right over
// both the old parent and the new one.
package org
