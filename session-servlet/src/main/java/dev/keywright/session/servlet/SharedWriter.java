package dev.keywright.session.servlet;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/** Characters of a {@link SharedResponse}. */
final class SharedWriter extends Writer {

    private static final int MOST_BYTES = 4; // of a character, in any charset

    private final PrintWriter writer;
    private final SharedResponse response;

    SharedWriter(PrintWriter writer, SharedResponse response) {
        this.writer = writer;
        this.response = response;
    }

    @Override
    public void write(int one) {
        response.beforeWriting(MOST_BYTES);
        writer.write(one);
    }

    @Override
    public void write(char[] chars, int offset, int count) {
        response.beforeWriting((long) count * MOST_BYTES);
        writer.write(chars, offset, count);
    }

    @Override
    public void write(String text, int offset, int count) {
        response.beforeWriting((long) count * MOST_BYTES);
        writer.write(text, offset, count);
    }

    @Override
    public void flush() throws IOException {
        response.beforeCommit();
        if (writer.checkError()) { // which flushes
            throw new IOException("The browser is gone");
        }
    }

    @Override
    public void close() {
        response.beforeCommit();
        writer.close();
    }
}
