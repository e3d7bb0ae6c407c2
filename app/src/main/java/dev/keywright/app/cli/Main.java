package dev.keywright.app.cli;

import dev.keywright.app.operation.Operations;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Where the command line begins. {@code keywright "<task>"} is {@code keywright solve "<task>"}. */
@Command(
        name = "keywright",
        description = "A Redis expert made of code: say in your own words what to build, know or do.",
        customSynopsis = {"keywright [solve] [<options>] \"<task>\"", "keywright [solve] [<options>] --batch <file>"},
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        commandListHeading = "%nVerbs:%n",
        footer = {
            "",
            "Examples:",
            "  keywright \"implement sliding window rate limiter: 100 requests per minute per user\"",
            "  keywright \"why do I get CROSSSLOT?\"",
            "  keywright \"back up redis without downtime\"",
            "",
            "keywright solve --help lists the options."
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

    /** Exit status: what was checked does not hold what it promises. */
    static final int UNPROVEN = 4;

    /** Verbs that will come; one of them alone is no task. */
    private static final Set<String> LATER = Set.of("review", "mcp", "console");

    /** Kept, since a logger nobody holds is forgotten with its level. A server that is killed on purpose is no news. */
    private static final List<Logger> QUIET =
            Stream.of("io.lettuce", "io.netty").map(Logger::getLogger).toList();

    @Spec
    private @Nullable CommandSpec spec;

    @AllowedBecause("the exit status is the answer's kind, and no thread may hold the process back")
    public static void main(String[] args) {
        StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        PrintWriter err = new PrintWriter(
                new OutputStreamWriter(new FileOutputStream(FileDescriptor.err), StandardCharsets.UTF_8), true);
        int status = run(args, new FileInputStream(FileDescriptor.in), writer(out), err);
        if (out.failure().isPresent()) {
            err.println("keywright: Standard output could not be written ("
                    + out.failure().get() + "); the answer is not complete.");
            status = FAILED;
        }
        System.exit(status);
    }

    private static PrintWriter writer(OutputStream out) {
        return new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), false);
    }

    /** Runs one command line; everything printed goes to the two writers. */
    static int run(String[] args, InputStream in, PrintWriter out, PrintWriter err) {
        QUIET.forEach(logger -> logger.setLevel(Level.OFF));
        Screen screen = Screen.detected();
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new SolveCommand(in, screen))
                .addSubcommand(new UpCommand(screen))
                .addSubcommand(new StatusCommand(screen))
                .addSubcommand(new DownCommand())
                .addSubcommand(new DeployCommand(screen))
                .addSubcommand(new LintCommand(screen))
                .addSubcommand(ScriptCommand.with(screen))
                .addSubcommand(ClusterCommand.with(in, screen))
                .addSubcommand(new FailoverDrillCommand(screen))
                .addSubcommand(new BackupCommand(screen))
                .addSubcommand(new RestoreCommand(screen))
                .addSubcommand(PersistenceCommand.with(in, screen))
                .addSubcommand(new ProveCommand(screen))
                .addSubcommand(new SizeCommand(screen))
                .addSubcommand(new AnalyzeCommand(screen))
                .addSubcommand(new OptimizeCommand(in, screen))
                .addSubcommand(new DoctorCommand(screen))
                .addSubcommand(new WatchCommand(screen))
                .addSubcommand(new HotCommand(screen))
                .addSubcommand(new JobsCommand(screen))
                .addSubcommand(new StreamCommand(screen))
                .addSubcommand(new BenchCommand(screen))
                .setExpandAtFiles(false)
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(screen.width())
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(screen.style() == Style.COLOUR ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler(Main::usage)
                .setExecutionExceptionHandler(Main::failure);
        int status;
        try {
            status = line.execute(withVerb(args, line));
        } catch (ParameterException e) {
            status = usage(e, args);
        } catch (StackOverflowError | OutOfMemoryError e) {
            say(
                    err,
                    "Memory did not suffice (" + e.getClass().getSimpleName()
                            + "). Give less at a time: a shorter task, fewer files.");
            status = FAILED;
        } catch (LinkageError e) {
            say(err, "The program is not whole (" + e + "); remove app/target and call again to build it.");
            status = FAILED;
        }
        out.flush();
        return status;
    }

    /** Puts the verb in front when the first word is a task or an option of it. */
    private static String[] withVerb(String[] args, CommandLine line) {
        Set<String> own = Set.of("-h", "--help", "-V", "--version");
        if (args.length == 0 || own.contains(args[0])) {
            return args;
        }
        if (args[0].equals("help") && args.length == 1) {
            return new String[] {"--help"};
        }
        if (line.getSubcommands().containsKey(args[0])) {
            return textLast(args);
        }
        if (LATER.contains(args[0]) && (args.length == 1 || isArgument(args[1]))) {
            throw new ParameterException(
                    line, args[0] + " is no verb yet; ask in words instead: keywright \"" + args[0] + " ...\".");
        }
        List<String> all = new ArrayList<>(List.of("solve"));
        all.addAll(List.of(args));
        return textLast(all.toArray(new String[0]));
    }

    /** Whether a word behind a verb is its argument rather than the next word of a sentence. */
    private static boolean isArgument(String word) {
        try {
            return word.startsWith("-") || word.contains("://") || Files.exists(Path.of(word));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A task that begins with a dash, such as a list, is no option. */
    private static String[] textLast(String[] args) {
        List<String> texts = Arrays.stream(args).filter(Main::isDashedText).toList();
        if (texts.isEmpty() || Arrays.asList(args).contains("--")) {
            return args;
        }
        List<String> all = new ArrayList<>(
                Arrays.stream(args).filter(arg -> !isDashedText(arg)).toList());
        all.add("--");
        all.addAll(texts);
        return all.toArray(new String[0]);
    }

    private static boolean isDashedText(String arg) {
        String rest = arg.replaceFirst("^-+", "");
        return rest.length() < arg.length() && !rest.isEmpty() && Character.isWhitespace(rest.charAt(0));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "Say what to solve: keywright \"<task>\".");
        }
    }

    private static int usage(ParameterException e, String[] args) {
        PrintWriter err = e.getCommandLine().getErr();
        say(err, String.valueOf(e.getMessage()));
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        boolean task = verb.equals("keywright") || verb.equals("keywright solve");
        err.println("Try " + (task ? "keywright --help or keywright solve" : verb) + " --help.");
        return USAGE;
    }

    private static int failure(Exception e, CommandLine line, ParseResult parsed) {
        if (line.getCommand() instanceof Verb verb && verb.debugs()) {
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            line.getErr().print(Secrets.hidden(trace.toString()));
            line.getErr().flush();
        } else if (Operations.isForTheUser(e)) {
            say(line.getErr(), String.valueOf(e.getMessage()));
        } else {
            String fault = e.getClass().getSimpleName() + (e.getMessage() == null ? "" : ": " + e.getMessage());
            say(line.getErr(), fault + " (a fault of the program; --debug shows where).");
        }
        return FAILED;
    }

    private static void say(PrintWriter err, String message) {
        err.println("keywright: " + Secrets.hidden(message).replaceAll("\\p{Cntrl}+", " "));
    }

    /** Standard output that remembers why it could not be written; a reader who left early is no reason. */
    private static final class StandardOutput extends OutputStream {

        private final OutputStream out;
        private @Nullable IOException failure;

        StandardOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            try {
                out.write(bytes, from, length);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
        }

        Optional<String> failure() {
            return Optional.ofNullable(failure)
                    .map(e -> String.valueOf(e.getMessage()))
                    .filter(reason -> !reason.contains("Broken pipe"));
        }
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
