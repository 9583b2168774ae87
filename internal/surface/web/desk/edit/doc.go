// SPDX-License-Identifier: Apache-2.0

// Package edit is the way of the forms of what is booked: receipts, hand-overs,
// money. What is booked is never changed in place. A correction takes the old
// record out of the books with a reason and books the right one beside it; both
// stay and are shown beside each other with what differs marked.
//
// A chapter gives its service and says how a record becomes a form and a form
// becomes a record. The rest is the same for all: sending twice books once, wrong
// fields are named with everything typed kept, and whoever corrects what somebody
// else has corrected meanwhile sees both before deciding.
//
// It has no tables and no facts of its own.
package edit
