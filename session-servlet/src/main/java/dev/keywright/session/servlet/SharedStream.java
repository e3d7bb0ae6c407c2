package dev.keywright.session.servlet;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;

/** Bytes of a {@link SharedResponse}. */
final class SharedStream extends ServletOutputStream {

    private final ServletOutputStream stream;
    private final SharedResponse response;

    SharedStream(ServletOutputStream stream, SharedResponse response) {
        this.stream = stream;
        this.response = response;
    }

    @Override
    public void write(int one) throws IOException {
        response.beforeWriting(1);
        stream.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        response.beforeWriting(count);
        stream.write(bytes, offset, count);
    }

    @Override
    public void flush() throws IOException {
        response.beforeCommit();
        stream.flush();
    }

    @Override
    public void close() throws IOException {
        response.beforeCommit();
        stream.close();
    }

    @Override
    public boolean isReady() {
        return stream.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
        stream.setWriteListener(listener);
    }
}
