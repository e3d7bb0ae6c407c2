package dev.keywright.session.servlet;

import dev.keywright.session.Listening;
import dev.keywright.session.SessionStore;
import dev.keywright.session.StoredSession;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.EnumSet;
import java.util.EventListener;
import java.util.List;
import java.util.Optional;

/**
 * Gives the servlets behind it sessions that live in Redis: {@code request.getSession()} and all that belongs to it.
 *
 * <pre>{@code
 * SessionStore<Object> sessions = kw.sessions("shop", Codecs.java(Object.class, Cart.class));
 * new SessionFilter(sessions).register(servletContext);
 * }</pre>
 *
 * <ul>
 *   <li>Found when a servlet asks for it, at most once a request; requests that do not ask cost nothing, and do not keep it alive.
 *   <li>Saved before the response is committed, so before the browser can ask again, and again at the end of the request if it has changed
 *       since: attributes that were set or removed, and no others, so requests at the same time that set different ones all count. An
 *       object that was got and changed must be set again; or see {@link SessionFilterOptions#withComparing}.
 *   <li>A session that ended meanwhile, or got another id, stays so: what the request changed is dropped, and the response says nothing
 *       about the cookie, since another response may have brought a new one.
 *   <li>An id that opens nothing is never taken over. {@code changeSessionId()}, to be called where users log in, takes effect at once.
 *   <li>Commands and round trips: HGETALL and PTTL to find, 1; EVALSHA to save, 1; the touch of a session that was only read at most every
 *       {@link dev.keywright.session.SessionOptions#touchEvery()}.
 *   <li>Threads: any number. A session object belongs to its request; what is set in it later is not saved.
 *   <li>Redis away: see {@link SessionFilterOptions.WhenAway}.
 * </ul>
 */
public final class SessionFilter implements Filter {

    private final SessionStore<Object> sessions;
    private final SessionFilterOptions options;
    private final Listeners listeners;
    private Optional<Listening> listening = Optional.empty();

    public SessionFilter(SessionStore<Object> sessions) {
        this(sessions, SessionFilterOptions.DEFAULTS);
    }

    /**
     * @param listeners of the kinds {@code HttpSessionListener}, {@code HttpSessionIdListener}, {@code HttpSessionAttributeListener}. They
     *     hear of what this filter does; of ends, if the store keeps what has ended, by whatever process and reason, in one of the
     *     processes that listen, and otherwise of {@code invalidate()} here. A container tells a filter none that it has itself
     */
    public SessionFilter(SessionStore<Object> sessions, SessionFilterOptions options, EventListener... listeners) {
        this.sessions = sessions;
        this.options = options;
        this.listeners = new Listeners(List.of(listeners));
    }

    /**
     * Adds it to an application, before all filters that were added with {@code isMatchAfter}, for requests and their asynchronous and
     * error dispatches.
     *
     * @param patterns of URLs; all when there are none
     */
    public FilterRegistration.Dynamic register(ServletContext context, String... patterns) {
        FilterRegistration.Dynamic added = Optional.ofNullable(context.addFilter(SessionFilter.class.getName(), this))
                .orElseThrow(() -> new IllegalStateException("The application has a SessionFilter already"));
        added.setAsyncSupported(true);
        added.addMappingForUrlPatterns(
                EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR),
                false,
                patterns.length == 0 ? new String[] {"/*"} : patterns);
        return added;
    }

    /**
     * The session below: for its handle, its indexes such as the user, and a save that tells how it went.
     *
     * @param session that a request behind a SessionFilter gave
     */
    public static StoredSession<Object> stored(HttpSession session) {
        if (session instanceof SharedSession shared) {
            return shared.stored();
        }
        throw new IllegalArgumentException("This is no session of a SessionFilter but a "
                + session.getClass().getName() + "; give one of a" + " request behind it");
    }

    @Override
    public void init(FilterConfig config) {
        if (listeners.hearOfEnds() && !sessions.options().keep().isZero()) {
            ServletContext context = config.getServletContext();
            listening = Optional.of(sessions.listen(ended -> listeners.destroyed(new PastSession(ended, context))));
        }
    }

    @Override
    public void destroy() {
        listening.ifPresent(Listening::close);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (request instanceof HttpServletRequest asking && response instanceof HttpServletResponse answering) {
            doFilter(asking, answering, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean isInside =
                request instanceof ServletRequestWrapper wrapper && wrapper.isWrapperFor(SharedRequest.class);
        Exchange exchange;
        if (request.getAttribute(Exchange.KEY) instanceof Exchange earlier) {
            exchange = earlier;
        } else {
            exchange = new Exchange(sessions, options, listeners, request, response);
            request.setAttribute(Exchange.KEY, exchange);
        }
        if (isInside && isNested(request)) {
            chain.doFilter(request, response);
        } else if (isInside) {
            run(exchange, request, response, chain);
        } else {
            exchange.answerWith(response);
            SharedResponse shared = new SharedResponse(response, exchange);
            run(exchange, new SharedRequest(request, shared, exchange), shared, chain);
        }
    }

    /** A forward or an include: the dispatch around it goes on. */
    private static boolean isNested(HttpServletRequest request) {
        return request.getDispatcherType() == DispatcherType.FORWARD
                || request.getDispatcherType() == DispatcherType.INCLUDE;
    }

    private static void run(
            Exchange exchange, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException | Error e) {
            if (exchange.isCausedBy(e)) {
                exchange.refuse(e);
                return;
            }
            saveAfter(e, exchange);
            throw e;
        }
        if (!request.isAsyncStarted()) {
            exchange.finish();
        }
    }

    /** What was done before it failed counts, as in sessions of the container. */
    private static void saveAfter(Throwable failure, Exchange exchange) {
        try {
            exchange.save();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }
}
