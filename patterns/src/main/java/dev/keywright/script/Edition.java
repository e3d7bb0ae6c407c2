package dev.keywright.script;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.KeywrightException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One text of a script with what its header says, all of one piece. */
record Edition(Script script, ScriptHeader header, Signature signature) {

    private static final int LARGEST = 1 << 20;
    private static final int DIGITS = 8;

    /** @throws KeywrightException.Misused when it has no header, or not one that fits its code */
    static Edition of(Script script) {
        ScriptHeader header = ScriptHeader.of(script.source());
        if (header.name().isPresent()) {
            throw new KeywrightException.Misused(
                    script.name() + " is a library of functions. Use functions(...) instead of script(...).");
        }
        return new Edition(script, header, Signature.of(script.name(), header, script.source()));
    }

    /** @throws KeywrightException.Misused when it cannot be read, too */
    static Edition of(Path file) {
        return of(Script.of(String.valueOf(file.getFileName()), read(file)));
    }

    /** @throws KeywrightException.Misused when there is no such text */
    static String read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new KeywrightException.Misused(file + " is larger than 1 MB. Give a Lua script.");
            }
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new KeywrightException.Misused(file + " is no text in UTF-8. Give a Lua script.", e);
        } catch (IOException e) {
            throw new KeywrightException.Misused(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "). Give the path of a file that can.",
                    e);
        }
    }

    /** What the header says, or the start of the digest. */
    String version() {
        return header.version().orElse(script.digest().substring(0, DIGITS));
    }
}
