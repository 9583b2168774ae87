// SPDX-License-Identifier: Apache-2.0

// Package frame is what every page of the desk stands in: the rail with the
// jobs, the command box, the line of keys, and the one way from a request to a
// page.
//
// # What it must do for its user
//
// A coordinator keeps the desk open all night. Wherever they are, the same
// keys work, what they may not do is not offered, what they typed is not lost
// when the line drops or a second person was faster, and a page that is open
// says when its figures have changed.
//
// # How a page is made
//
// A chapter lists its Routes; each says which action it needs. Kit.Handler asks
// the Gate who is there and the policy whether they could do the action to
// anything at all; the service decides about the object. Handlers return
// errors; the same adapter as on the public pages turns them into a page.
//
// # What it refuses
//
// Visitors who are not signed in: a GET is sent to the sign-in page and comes
// back afterwards, anything else gets 401 and keeps what was typed. Routes
// without an action are refused when the desk is put together.
package frame
