package dev.keywright.script;

import java.util.Optional;

/**
 * What became of a script file that was looked at again.
 *
 * @param script its name
 * @param version in use from now on
 * @param changed whether that is another text than before
 * @param problem why the file as it is now is not used; the text before it stays
 */
public record Reloaded(String script, String version, boolean changed, Optional<String> problem) {}
