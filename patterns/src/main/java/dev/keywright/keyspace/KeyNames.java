package dev.keywright.keyspace;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What makes a good name of a key: short, since every key carries it; readable, in words from the widest to the narrowest with one
 * separator; with a hash tag around what it is about, where several keys are used together.
 */
public final class KeyNames {

    /** Longer names cost more than the 50 to 70 bytes that Redis itself takes for a key. */
    public static final int LONG_BYTES = 100;

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._-]{1,50}");

    private KeyNames() {}

    /** A word of a name: 1 to 50 letters A-Z, a-z, digits, '.', '_' and '-'. */
    static void require(String word) {
        if (!WORD.matcher(word).matches()) {
            throw new IllegalArgumentException(
                    "'" + word + "' is no word of a key; give 1 to 50 letters of A-Z, a-z, digits, '.', '_' and '-'");
        }
    }

    /** What is wrong with the name of a key and what to do; empty when it is a good one. */
    public static List<String> problems(String key) {
        List<String> problems = new ArrayList<>();
        if (key.isEmpty()) {
            return List.of("The name is empty; say what the key holds");
        }
        int bytes = key.getBytes(UTF_8).length;
        if (bytes > LONG_BYTES) {
            problems.add(bytes + " bytes; " + LONG_BYTES
                    + " should do, as every key carries its name. Shorten words or hash long ids");
        }
        if (key.chars().anyMatch(each -> each <= ' ' || each == '"' || each == '\'' || each == '\\' || each == 0x7f)) {
            problems.add("Blanks, quotes, backslashes or control characters; they are misread in shells and logs. Leave"
                    + " them out");
        }
        if (key.chars().anyMatch(each -> each == '*' || each == '?' || each == '[' || each == ']')) {
            problems.add("*, ?, [ or ]; patterns of SCAN and ACL read these otherwise. Leave them out");
        }
        String outside = key.replaceAll("\\{[^}]*}", "tag");
        if (outside.indexOf(':') >= 0 && outside.indexOf('/') >= 0 || outside.contains("::")) {
            problems.add("Mixed or doubled separators; write ':' between words, once");
        }
        if (key.startsWith(":") || key.endsWith(":")) {
            problems.add("A ':' at the end; a word is missing there");
        }
        int open = key.indexOf('{');
        if (open >= 0 && key.indexOf('}', open) <= open + 1 || open < 0 && key.indexOf('}') >= 0) {
            problems.add("A brace that makes no hash tag; write {tag} with something in it");
        }
        return List.copyOf(problems);
    }
}
