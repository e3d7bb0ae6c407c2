package dev.keywright.session.servlet;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The cookie that carries the id of a session.
 *
 * @param name letters, digits and {@code -_.}; with the prefix {@code __Host-} browsers take it only from this very host
 * @param path below which the browser sends it; the context path of the application when absent
 * @param domain to whose hosts the browser sends it; only to this host when absent
 * @param maxAge so long the browser keeps it; until the browser is closed when absent. The session ends by its own times all the same
 * @param httpOnly whether scripts of the page cannot read it
 * @param secure whether the browser sends it over HTTPS only; the request is not asked, as proxies often end HTTPS
 * @param sameSite from which other sites' pages requests carry it
 */
public record SessionCookie(
        String name,
        Optional<String> path,
        Optional<String> domain,
        Optional<Duration> maxAge,
        boolean httpOnly,
        boolean secure,
        SameSite sameSite) {

    /** From which other sites' pages requests carry the cookie. */
    public enum SameSite {
        /** From none, not even when a link there is followed. */
        STRICT("Strict"),
        /** When a link there is followed. */
        LAX("Lax"),
        /** From all; the application has to guard itself against forged requests. */
        NONE("None");

        private final String word;

        SameSite(String word) {
            this.word = word;
        }
    }

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern PATH = Pattern.compile("/[\\x21-\\x3A\\x3C-\\x7E]*");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9.-]{1,253}");

    /** {@code SESSION}, HttpOnly, Secure, SameSite=Lax, for this host and the path of the application, until the browser is closed. */
    public static final SessionCookie DEFAULTS = new SessionCookie(
            "SESSION", Optional.empty(), Optional.empty(), Optional.empty(), true, true, SameSite.LAX);

    public SessionCookie {
        check(NAME, name, "The name of a cookie", "letters, digits and -_.");
        path.ifPresent(
                given -> check(PATH, given, "The path of a cookie", "one that begins with / and has no ; or space"));
        domain.ifPresent(given -> check(DOMAIN, given, "The domain of a cookie", "a host name"));
        if (maxAge.isPresent() && maxAge.get().toSeconds() < 1) {
            throw new IllegalArgumentException("maxAge is " + maxAge.get() + "; give 1 s or more, or none");
        }
        if (sameSite == SameSite.NONE && !secure) {
            throw new IllegalArgumentException("Browsers refuse SameSite=None without Secure; give both");
        }
        if (name.startsWith("__Host-") && !(secure && domain.isEmpty() && path.equals(Optional.of("/")))) {
            throw new IllegalArgumentException(
                    "Browsers take a cookie __Host- only with Secure, path / and no domain; give these");
        }
        if (name.startsWith("__Secure-") && !secure) {
            throw new IllegalArgumentException("Browsers take a cookie __Secure- only with Secure; give that");
        }
    }

    private static void check(Pattern form, String given, String what, String right) {
        if (!form.matcher(given).matches()) {
            throw new IllegalArgumentException(what + " is \"" + given + "\"; give " + right);
        }
    }

    public SessionCookie withName(String name) {
        return new SessionCookie(name, path, domain, maxAge, httpOnly, secure, sameSite);
    }

    public SessionCookie withPath(String path) {
        return new SessionCookie(name, Optional.of(path), domain, maxAge, httpOnly, secure, sameSite);
    }

    public SessionCookie withDomain(String domain) {
        return new SessionCookie(name, path, Optional.of(domain), maxAge, httpOnly, secure, sameSite);
    }

    public SessionCookie withMaxAge(Duration maxAge) {
        return new SessionCookie(name, path, domain, Optional.of(maxAge), httpOnly, secure, sameSite);
    }

    /** Scripts of the page may read it. */
    public SessionCookie readableByScripts() {
        return new SessionCookie(name, path, domain, maxAge, false, secure, sameSite);
    }

    /** Sent over HTTP too: for development. */
    public SessionCookie overHttp() {
        return new SessionCookie(name, path, domain, maxAge, httpOnly, false, sameSite);
    }

    public SessionCookie withSameSite(SameSite sameSite) {
        return new SessionCookie(name, path, domain, maxAge, httpOnly, secure, sameSite);
    }

    /** The header that gives it to the browser. */
    String header(String id, String contextPath) {
        return header(id, contextPath, maxAge.map(Duration::toSeconds));
    }

    /** The header that takes it away. */
    String removal(String contextPath) {
        return header("", contextPath, Optional.of(0L));
    }

    private String header(String value, String contextPath, Optional<Long> seconds) {
        StringBuilder header = new StringBuilder(name).append('=').append(value);
        header.append("; Path=").append(path.orElse(contextPath.isEmpty() ? "/" : contextPath));
        domain.ifPresent(host -> header.append("; Domain=").append(host));
        seconds.ifPresent(age -> header.append("; Max-Age=").append(age));
        if (secure) {
            header.append("; Secure");
        }
        if (httpOnly) {
            header.append("; HttpOnly");
        }
        return header.append("; SameSite=").append(sameSite.word).toString();
    }
}
