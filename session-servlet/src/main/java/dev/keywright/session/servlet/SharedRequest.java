package dev.keywright.session.servlet;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request whose session is shared. */
final class SharedRequest extends HttpServletRequestWrapper {

    private final Exchange exchange;
    private final SharedResponse response;

    SharedRequest(HttpServletRequest request, SharedResponse response, Exchange exchange) {
        super(request);
        this.response = response;
        this.exchange = exchange;
    }

    @Override
    public HttpSession getSession() {
        return Optional.ofNullable(exchange.session(true)).orElseThrow();
    }

    @Override
    public @Nullable HttpSession getSession(boolean create) {
        return exchange.session(create);
    }

    @Override
    public String changeSessionId() {
        return exchange.changeId();
    }

    @Override
    public @Nullable String getRequestedSessionId() {
        return exchange.requested().orElse(null);
    }

    @Override
    public boolean isRequestedSessionIdValid() {
        return exchange.isRequestedValid();
    }

    @Override
    public boolean isRequestedSessionIdFromCookie() {
        return exchange.requested().isPresent();
    }

    @Override
    public boolean isRequestedSessionIdFromURL() {
        return false;
    }

    /** With these wrappers, so that what is answered later is seen to be answered. */
    @Override
    public AsyncContext startAsync() {
        return startAsync(this, response);
    }

    @Override
    public AsyncContext startAsync(ServletRequest asking, ServletResponse answering) {
        AsyncContext context = super.startAsync(asking, answering);
        context.addListener(new AsyncEnd(exchange));
        return new SharedAsync(context, exchange);
    }

    @Override
    public AsyncContext getAsyncContext() {
        return new SharedAsync(super.getAsyncContext(), exchange);
    }
}
