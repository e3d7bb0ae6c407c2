package dev.keywright.app.cli;

import dev.keywright.app.operation.UserError;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Where the command line begins. {@code keywright "<task>"} is {@code keywright solve "<task>"}. */
@Command(
        name = "keywright",
        description = "A Redis expert made of code.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "solve",
        subcommands = SolveCommand.class,
        footer = {
            "",
            "keywright \"<task>\" is keywright solve \"<task>\". Say in your own words what to build, know or do:",
            "  keywright \"implement sliding window rate limiter: 100 requests per minute per user\"",
            "  keywright \"why do I get CROSSSLOT?\"",
            "  keywright \"back up redis without downtime\""
        })
public final class Main implements Runnable {

    /** Exit status: an answer was given. */
    static final int ANSWERED = 0;

    /** Exit status: something went wrong. */
    static final int FAILED = 1;

    /** Exit status: the arguments make no sense. */
    static final int USAGE = 2;

    /** Exit status: the task is out of scope or unsafe; the reason is said. */
    static final int REFUSED = 3;

    private static final Set<String> OWN_OPTIONS = Set.of("-h", "--help", "-V", "--version");

    @CommandLine.Spec
    private CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

    public static void main(String[] args) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int status = run(args, new PrintWriter(out, false), new PrintWriter(err, true));
        out.flush();
        System.exit(status);
    }

    /** Runs one command line; everything printed goes to the two writers. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Main())
                .setOut(out)
                .setErr(err)
                .setUsageHelpAutoWidth(true)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::usage)
                .setExecutionExceptionHandler(Main::failure);
        int status = line.execute(withVerb(args, line));
        out.flush();
        return status;
    }

    /** Puts the verb in front when the first word is a task or an option of it. */
    private static String[] withVerb(String[] args, CommandLine line) {
        if (args.length == 0
                || OWN_OPTIONS.contains(args[0])
                || line.getSubcommands().containsKey(args[0])) {
            return args;
        }
        List<String> all = new ArrayList<>(List.of("solve"));
        all.addAll(List.of(args));
        return all.toArray(new String[0]);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Say what to solve: keywright \"<task>\".");
        }
    }

    private static int usage(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        err.println("keywright: " + e.getMessage());
        err.println("Try keywright --help or keywright solve --help.");
        return USAGE;
    }

    private static int failure(Exception e, CommandLine line, ParseResult parsed) {
        if (debug(parsed)) {
            e.printStackTrace(line.getErr());
        } else if (e instanceof UserError || e instanceof dev.keywright.server.ServerException) {
            line.getErr().println("keywright: " + e.getMessage());
        } else {
            line.getErr().println("keywright: " + e.getClass().getSimpleName() + ": " + e.getMessage()
                    + " (a fault of the program; --debug shows where).");
        }
        return FAILED;
    }

    private static boolean debug(ParseResult parsed) {
        return parsed.originalArgs().contains("--debug");
    }

    /** The version of the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"keywright " + (version == null ? "(not packaged)" : version)};
        }
    }
}
