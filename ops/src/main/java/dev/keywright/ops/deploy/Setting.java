package dev.keywright.ops.deploy;

/**
 * One line of a configuration.
 *
 * @param directive its name
 * @param value the rest of the line, as the file writes it
 * @param why the reason, in one sentence, written above the line
 */
public record Setting(String directive, String value, String why) {

    boolean isPlain() {
        return directive.matches("[a-z][a-z0-9-]*") && !value.isBlank() && oneLine(value) && oneLine(why);
    }

    private static boolean oneLine(String text) {
        return text.codePoints().noneMatch(Character::isISOControl);
    }
}
