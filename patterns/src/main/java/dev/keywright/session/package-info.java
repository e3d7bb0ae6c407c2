/**
 * Sessions of users that all processes share: {@link dev.keywright.session.SessionStore} finds, creates and ends them,
 * {@link dev.keywright.session.StoredSession} is one of them, {@link dev.keywright.session.SessionListener} hears of their ends.
 */
package dev.keywright.session;
