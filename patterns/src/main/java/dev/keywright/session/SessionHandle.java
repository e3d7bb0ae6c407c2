package dev.keywright.session;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.regex.Pattern;

/**
 * The name of a session that is no secret: for lists, logs and events. It is the first part of the id, stays the same when the id is
 * changed, and opens nothing: who knows the handle does not know the id.
 *
 * @param text 16 characters that may stand in a URL
 */
public record SessionHandle(String text) {

    static final int LENGTH = 16;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{" + LENGTH + "}");

    public SessionHandle {
        if (!FORM.matcher(text).matches()) { // what was given may be an id, which belongs into no message
            throw new IllegalArgumentException("This is no handle of a session; give the " + LENGTH
                    + " characters that handle().text() of a session gave");
        }
    }

    byte[] bytes() {
        return text.getBytes(US_ASCII);
    }

    @Override
    public String toString() {
        return text;
    }
}
