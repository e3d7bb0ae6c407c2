/**
 * {@code HttpServletRequest.getSession()} over a {@link dev.keywright.session.SessionStore}: add a
 * {@link dev.keywright.session.servlet.SessionFilter} to a web application, and its sessions are shared by all its processes.
 */
@NullMarked
package dev.keywright.session.servlet;

import org.jspecify.annotations.NullMarked;
