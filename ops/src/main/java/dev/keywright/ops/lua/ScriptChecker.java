package dev.keywright.ops.lua;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keywright.ops.OpsException;
import dev.keywright.ops.wire.Answer;
import dev.keywright.script.ScriptHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges Lua scripts for Redis: reads them as Lua does and says what is wrong or risky. Values are followed through variables,
 * tables and functions of the script; a check of an argument counts wherever it stands. For one thread.
 */
public final class ScriptChecker implements AutoCloseable {

    /** How far a check goes. */
    public enum Depth {
        /** Reads the script, and starts nothing. */
        READ,
        /** Runs the sample call of its header as well, on a private server. */
        RUN,
        /** Calls it with edge values as well. */
        TRY
    }

    private static final int LARGEST = 1 << 20;

    private final Depth depth;
    private @Nullable Laboratory laboratory;

    /** A private server is started when the first script is run, and stopped by {@link #close()}. */
    public ScriptChecker(Depth depth) {
        this.depth = depth;
    }

    /** @throws OpsException when the file cannot be read */
    public ScriptReport file(Path file) {
        return text(file.toString(), read(file));
    }

    /** @param name what the findings call the script */
    public ScriptReport text(String name, String source) {
        Complaints complaints = new Complaints(name);
        ScriptHeader header = ScriptHeader.of(source);
        Optional<ScriptRun> run = Optional.empty();
        Optional<ScriptTrial> trial = Optional.empty();
        try {
            Reading reading = Reading.of(source);
            judge(reading, complaints);
            if (depth != Depth.READ && header.name().isPresent()) {
                load(source, complaints);
            } else if (depth != Depth.READ) {
                run = sample(source, reading, complaints);
                boolean ends = run.isEmpty() || !run.get().reply().equals(SampleRun.ENDLESS);
                trial = depth == Depth.TRY && ends ? Optional.of(trial(source, reading, complaints)) : Optional.empty();
            }
        } catch (SyntaxFault fault) {
            complaints.error(
                    "syntax",
                    fault.line(),
                    "This is no Lua 5.1: " + fault.getMessage() + ".",
                    "Redis refuses the whole script.",
                    "Correct the line, or the one before it.");
        }
        return new ScriptReport(name, header.version(), complaints.sorted(), run, trial);
    }

    private static void judge(Reading reading, Complaints complaints) {
        Guards guards = new Guards(reading);
        HeaderRules.check(reading, complaints);
        KeyRules.check(reading, complaints);
        CommandRules.check(reading, complaints);
        ExpiryRules.check(reading, complaints);
        ArgumentRules.check(reading, guards, complaints);
        ValueRules.check(reading, guards, complaints);
        TruthRules.check(reading, complaints);
        ReplyRules.check(reading, complaints);
        LanguageRules.check(reading, complaints);
    }

    private void load(String source, Complaints complaints) {
        if (laboratory().ask("FUNCTION", "LOAD", "REPLACE", source) instanceof Answer.Failed failed) {
            complaints.error(
                    "library-refused",
                    1,
                    "The server does not load the library: " + failed.text() + ".",
                    "None of its functions can be called.",
                    "Correct what the server says.");
        }
    }

    private Optional<ScriptRun> sample(String source, Reading reading, Complaints complaints) {
        SampleCall call = SampleCall.of(reading);
        if (!call.told() && depth != Depth.TRY) {
            return Optional.empty();
        }
        ScriptRun run = SampleRun.run(laboratory(), source, call);
        boolean endless = run.reply().equals(SampleRun.ENDLESS);
        if (endless) {
            close();
        }
        if (run.failed() && call.told() || endless) {
            complaints.error(
                    "sample-fails",
                    1,
                    "The call of the line TRY does not succeed: " + run.reply() + ".",
                    "Either the sample or the script is wrong.",
                    "Give a call that succeeds; commands that make what it needs come before it, on lines GIVEN.");
        }
        return Optional.of(run);
    }

    private ScriptTrial trial(String source, Reading reading, Complaints complaints) {
        EdgeTrial.Result result = new EdgeTrial(laboratory(), source, reading, complaints).run();
        if (result.endless()) {
            close();
        }
        return result.trial();
    }

    private Laboratory laboratory() {
        Laboratory open = laboratory;
        if (open == null) {
            open = Laboratory.open();
            laboratory = open;
        }
        return open;
    }

    /** Stops the server; the next script that is run starts another one. */
    @Override
    public void close() {
        if (laboratory != null) {
            laboratory.close();
            laboratory = null;
        }
    }

    /**
     * The text of a script.
     *
     * @throws OpsException when it cannot be read
     */
    static String read(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                throw new OpsException(file + " is larger than 1 MB. Give a Lua script.");
            }
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new OpsException(file + " is no text in UTF-8. Give a Lua script.", e);
        } catch (IOException e) {
            throw new OpsException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "). Give the path of a file that can.",
                    e);
        }
    }
}
