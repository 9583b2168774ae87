// SPDX-License-Identifier: Apache-2.0

// Package public fills the public pages: it asks the overviews and chapters for
// facts and puts them into the views of surface/web, in the reader's language,
// with nothing personal in them. It also writes reports as files.
package public
