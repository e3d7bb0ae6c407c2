package dev.keywright.flag;

import java.util.regex.Pattern;

/** What flags, groups and variants may be called; they stand in keys and in stored definitions without any quoting. */
final class Names {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    private Names() {}

    static String checked(String name, String what) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("The " + what + " '" + name
                    + "' is no name; give 1 to 100 letters of A-Z, a-z, digits, '.', '_' and '-'");
        }
        return name;
    }
}
