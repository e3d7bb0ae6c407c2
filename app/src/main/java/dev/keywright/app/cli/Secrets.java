package dev.keywright.app.cli;

import java.util.regex.Pattern;

/** Keeps passwords out of messages, whoever wrote them. */
final class Secrets {

    private static final Pattern USER_INFO = Pattern.compile("(://)[^/\\s'\"]*@");

    private Secrets() {}

    /** {@code redis://ann:secret@host} becomes {@code redis://***@host}. */
    static String hidden(String text) {
        return USER_INFO.matcher(text).replaceAll("$1***@");
    }
}
