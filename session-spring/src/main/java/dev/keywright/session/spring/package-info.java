/**
 * Spring Session over a {@link dev.keywright.session.SessionStore}: {@link dev.keywright.session.spring.KeywrightSessionRepository} is the
 * repository that {@code SessionRepositoryFilter} and Spring Security work with.
 */
@NullMarked
package dev.keywright.session.spring;

import org.jspecify.annotations.NullMarked;
