package dev.keywright.session.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** A response that has the session saved before anything goes to the browser. */
final class SharedResponse extends HttpServletResponseWrapper {

    private static final String LENGTH = "Content-Length";

    private final Exchange exchange;
    private @Nullable ServletOutputStream stream;
    private @Nullable PrintWriter writer;
    private long written;
    private long length = Long.MAX_VALUE;

    SharedResponse(HttpServletResponse response, Exchange exchange) {
        super(response);
        this.exchange = exchange;
    }

    /** So many bytes follow, or fewer; when the buffer may be full by then the response may be committed by them. */
    void beforeWriting(long bytes) {
        written += bytes;
        if (written >= getBufferSize() || written >= length) {
            exchange.beforeCommit();
        }
    }

    void beforeCommit() {
        exchange.beforeCommit();
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        if (stream == null) {
            stream = new SharedStream(super.getOutputStream(), this);
        }
        return stream;
    }

    @Override
    public PrintWriter getWriter() throws IOException {
        if (writer == null) {
            writer = new PrintWriter(new SharedWriter(super.getWriter(), this));
        }
        return writer;
    }

    @Override
    public void setContentLength(int bytes) {
        length = bytes;
        super.setContentLength(bytes);
    }

    @Override
    public void setContentLengthLong(long bytes) {
        length = bytes;
        super.setContentLengthLong(bytes);
    }

    @Override
    public void setHeader(String name, @Nullable String value) {
        if (LENGTH.equalsIgnoreCase(name)) {
            length = 0; // from the first byte on
        }
        super.setHeader(name, value);
    }

    @Override
    public void addHeader(String name, String value) {
        if (LENGTH.equalsIgnoreCase(name)) {
            length = 0;
        }
        super.addHeader(name, value);
    }

    @Override
    public void setIntHeader(String name, int value) {
        if (LENGTH.equalsIgnoreCase(name)) {
            length = value;
        }
        super.setIntHeader(name, value);
    }

    @Override
    public void flushBuffer() throws IOException {
        beforeCommit();
        super.flushBuffer();
    }

    @Override
    public void sendError(int status) throws IOException {
        beforeCommit();
        super.sendError(status);
    }

    @Override
    public void sendError(int status, String message) throws IOException {
        beforeCommit();
        super.sendError(status, message);
    }

    @Override
    public void sendRedirect(String location) throws IOException {
        beforeCommit();
        super.sendRedirect(location);
    }

    /** A session that has begun stays begun. */
    @Override
    public void reset() {
        super.reset();
        stream = null;
        writer = null;
        written = 0;
        length = Long.MAX_VALUE;
        exchange.writeCookie();
    }

    @Override
    public void resetBuffer() {
        super.resetBuffer();
        written = 0;
    }

    /** Ids are in no URL. */
    @Override
    public String encodeURL(String url) {
        return url;
    }

    @Override
    public String encodeRedirectURL(String url) {
        return url;
    }
}
