package dev.keywright.ops.lua;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One line of MONITOR, such as {@code 1700000000.123456 [0 lua] "GET" "a"}. */
record MonitorLine(boolean fromScript, List<String> words) {

    /** Words are bytes, one character each. */
    static MonitorLine of(String line) {
        int bracket = line.indexOf(']');
        List<String> words = new ArrayList<>();
        int at = line.indexOf('"', bracket);
        while (at >= 0) {
            int end = end(line, at + 1);
            words.add(plain(line.substring(at + 1, end)));
            at = line.indexOf('"', end + 1);
        }
        return new MonitorLine(bracket > 0 && line.substring(0, bracket).endsWith(" lua"), words);
    }

    private static int end(String line, int from) {
        int at = from;
        while (at < line.length() && line.charAt(at) != '"') {
            at += line.charAt(at) == '\\' ? 2 : 1;
        }
        return Math.min(at, line.length());
    }

    private static String plain(String quoted) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < quoted.length(); at++) {
            char c = quoted.charAt(at);
            if (c == '\\' && at + 1 < quoted.length()) {
                at++;
                char code = quoted.charAt(at);
                if (code == 'x' && at + 2 < quoted.length()) {
                    bytes.write(Integer.parseInt(quoted.substring(at + 1, at + 3), 16));
                    at += 2;
                } else {
                    bytes.write(
                            switch (code) {
                                case 'n' -> '\n';
                                case 'r' -> '\r';
                                case 't' -> '\t';
                                case 'a' -> 7;
                                case 'b' -> '\b';
                                default -> code;
                            });
                }
            } else {
                bytes.write(c);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    /** Bytes that are no printable ASCII as dots. */
    String shown() {
        return String.join(" ", words).replaceAll("[^ -~]", ".");
    }
}
