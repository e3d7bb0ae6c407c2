package dev.keywright.session.servlet;

import dev.keywright.KeywrightException;
import dev.keywright.session.SessionStore;
import dev.keywright.session.StoredSession;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One request with its session, from its first dispatch to its last. */
final class Exchange {

    /** The request's attribute that it is found by in later dispatches. */
    static final String KEY = SessionFilter.class.getName() + ".exchange";

    private static final System.Logger LOG = System.getLogger(SessionFilter.class.getName());
    private static final int MOST_COOKIES = 4;
    private static final String SET_COOKIE = "Set-Cookie";

    private final SessionStore<Object> sessions;
    private final SessionFilterOptions options;
    private final Listeners listeners;
    private final HttpServletRequest request;
    private final List<String> asked;
    private HttpServletResponse response;
    private Optional<SharedSession> session = Optional.empty();
    private Optional<String> cookie = Optional.empty();
    private Optional<String> valid = Optional.empty();
    private Optional<KeywrightException> trouble = Optional.empty();
    private boolean isLookedUp;
    private boolean isAway;
    private boolean isCommitted;

    Exchange(
            SessionStore<Object> sessions,
            SessionFilterOptions options,
            Listeners listeners,
            HttpServletRequest request,
            HttpServletResponse response) {
        this.sessions = sessions;
        this.options = options;
        this.listeners = listeners;
        this.request = request;
        this.response = response;
        // browsers send several of one name when their paths or domains differ
        this.asked = Arrays.stream(Optional.ofNullable(request.getCookies()).orElse(new Cookie[0]))
                .filter(each -> each.getName().equals(options.cookie().name()))
                .map(Cookie::getValue)
                .distinct()
                .limit(MOST_COOKIES)
                .toList();
    }

    SessionFilterOptions options() {
        return options;
    }

    Listeners listeners() {
        return listeners;
    }

    /** Another dispatch of the same request has its own. */
    synchronized void answerWith(HttpServletResponse next) {
        response = next;
    }

    // --- the session

    synchronized @Nullable SharedSession session(boolean create) {
        look();
        return session.isPresent() || !create ? session.orElse(null) : begin();
    }

    private void look() {
        if (isLookedUp || isAway) {
            return;
        }
        for (String id : asked) {
            Optional<StoredSession<Object>> found = found(id);
            if (found.isPresent()) {
                valid = Optional.of(id);
                session = Optional.of(new SharedSession(found.get(), this, request.getServletContext()));
                break;
            }
        }
        isLookedUp = true;
    }

    private Optional<StoredSession<Object>> found(String id) {
        if (isAway) {
            return Optional.empty();
        }
        try {
            return sessions.find(id);
        } catch (KeywrightException.Unavailable e) {
            goOnOrThrow(e);
            return Optional.empty();
        }
    }

    private void goOnOrThrow(KeywrightException.Unavailable e) {
        trouble = Optional.of(e);
        if (options.whenAway() == SessionFilterOptions.WhenAway.FAIL && !isAway) {
            throw e;
        }
        isAway = true;
        LOG.log(System.Logger.Level.WARNING, "A request goes on without its session. " + e.getMessage());
    }

    private SharedSession begin() {
        if (response.isCommitted()) {
            throw new IllegalStateException(
                    "The response is committed, so no cookie can be given; call getSession() before");
        }
        SharedSession fresh = new SharedSession(sessions.create(), this, request.getServletContext());
        session = Optional.of(fresh);
        if (!isAway) {
            give(fresh.getId());
        }
        listeners.created(fresh);
        return fresh;
    }

    synchronized String changeId() {
        SharedSession present = Optional.ofNullable(session(false))
                .orElseThrow(() -> new IllegalStateException("There is no session; call getSession() before"));
        if (response.isCommitted()) {
            throw new IllegalStateException(
                    "The response is committed, so no cookie can be given; change the id before");
        }
        String before;
        try {
            before = present.changeId();
        } catch (KeywrightException.Unavailable e) { // a login that keeps the id would be open to who knows it
            trouble = Optional.of(e);
            throw e;
        }
        if (!isAway) {
            give(present.getId());
        }
        listeners.idChanged(present, before);
        return present.getId();
    }

    /** Ends it everywhere; whoever asks for a session from here on gets a new one. */
    synchronized void end(SharedSession ending, StoredSession<Object> stored) {
        try {
            boolean unused = stored.delete();
        } catch (KeywrightException.Unavailable e) { // it lives: the user must not believe to be logged out
            trouble = Optional.of(e);
            throw e;
        }
        session = Optional.empty();
        isLookedUp = true;
        if (!response.isCommitted()) {
            boolean hasOne = cookie.isPresent() || !asked.isEmpty();
            cookie = hasOne ? Optional.of(options.cookie().removal(request.getContextPath())) : Optional.empty();
            writeCookie();
        }
        if (sessions.options().keep().isZero()) { // else all who listen are told by the store
            listeners.destroyed(ending);
        }
    }

    // --- what the browser said and is told

    synchronized Optional<String> requested() {
        return valid.or(() -> asked.stream().findFirst());
    }

    synchronized boolean isRequestedValid() {
        look();
        return session.isPresent() && valid.equals(Optional.of(session.get().getId()));
    }

    private void give(String id) {
        cookie = Optional.of(options.cookie().header(id, request.getContextPath()));
        writeCookie();
    }

    /** In place of the one before; and again, after a reset. */
    synchronized void writeCookie() {
        if (cookie.isEmpty()) {
            return;
        }
        List<String> all = new ArrayList<>(response.getHeaders(SET_COOKIE));
        boolean isAgain = all.removeIf(each -> each.startsWith(options.cookie().name() + "="));
        all.add(cookie.get());
        if (isAgain) {
            response.setHeader(SET_COOKIE, all.get(0));
            all.subList(1, all.size()).forEach(each -> response.addHeader(SET_COOKIE, each));
        } else {
            response.addHeader(SET_COOKIE, cookie.get());
        }
    }

    // --- the end

    /** Saves before the browser can ask again. */
    synchronized void beforeCommit() {
        if (!isCommitted) {
            save();
            isCommitted = true;
        }
    }

    /** Saves what has changed since. */
    synchronized void save() {
        if (session.isEmpty() || isAway) {
            return;
        }
        try {
            session.get().save();
        } catch (KeywrightException.Unavailable e) {
            goOnOrThrow(e);
        }
    }

    /** The request is over: saves, and answers 503 when that is not possible. */
    void finish() throws IOException {
        try {
            save();
        } catch (KeywrightException.Unavailable e) {
            refuse(e);
        }
    }

    /** After the response, when nobody can be told any more. */
    void saveLate() {
        try {
            save();
        } catch (KeywrightException.Unavailable e) {
            LOG.log(System.Logger.Level.WARNING, "What a request changed in its session is lost. " + e.getMessage());
        }
    }

    synchronized boolean isCausedBy(Throwable thrown) {
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            if (trouble.isPresent() && each == trouble.get()) {
                return true;
            }
        }
        return false;
    }

    /** An error page goes on without a session, which would only wait again. */
    synchronized void refuse(Throwable why) throws IOException {
        LOG.log(
                System.Logger.Level.WARNING,
                "A request is refused, as its session cannot be reached. " + why.getMessage());
        isAway = true;
        session = Optional.empty();
        cookie = Optional.empty();
        if (!response.isCommitted()) {
            response.reset();
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
        }
    }
}
