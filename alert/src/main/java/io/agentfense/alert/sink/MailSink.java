package io.agentfense.alert.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.agentfense.alert.evaluate.Alert;
import io.agentfense.alert.evaluate.AlertChange;
import io.agentfense.audit.outbound.SecretFile;
import io.agentfense.audit.outbound.Trust;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.util.Date;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;

/** Sends a mail over a connection of its own, to all receivers or, if one is refused, to none. */
final class MailSink implements Sink {
    private static final int PERMANENT = 500;

    private final Target.Mail target;
    private final Session session;
    private final String password;

    MailSink(Target.Mail target) throws IOException {
        this.target = target;
        password = target.login().isEmpty()
                ? ""
                : new String(SecretFile.read(target.login().get().passwordFile(), 1), UTF_8);
        session = Session.getInstance(properties(target));
    }

    private static Properties properties(Target.Mail target) throws IOException {
        Properties properties = new Properties();
        String millis = Long.toString(target.timeout().toMillis());
        for (String limit : Set.of("connectiontimeout", "timeout", "writetimeout")) {
            properties.put("mail.smtp." + limit, millis);
        }
        properties.put("mail.smtp.auth", Boolean.toString(target.login().isPresent()));
        properties.put("mail.smtp.sendpartial", "false");
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        switch (target.security()) {
            case NONE -> {}
            case STARTTLS -> {
                properties.put("mail.smtp.starttls.enable", "true");
                properties.put("mail.smtp.starttls.required", "true");
            }
            case TLS -> properties.put("mail.smtp.ssl.enable", "true");
        }
        if (target.caFile().isPresent()) {
            properties.put(
                    "mail.smtp.ssl.socketFactory",
                    Trust.in(target.caFile().get()).getSocketFactory());
        }
        return properties;
    }

    @Override
    public void tell(AlertChange change) throws IOException {
        try (Transport transport = session.getTransport("smtp")) {
            String user = target.login().map(Target.Login::user).orElse(null);
            transport.connect(target.host(), target.port(), user, user == null ? null : password);
            MimeMessage message = message(change);
            transport.sendMessage(message, message.getAllRecipients());
        } catch (AuthenticationFailedException e) {
            throw new RefusedException("the mail server does not take the login", e);
        } catch (MessagingException e) {
            Optional<String> refusal = refusal(e);
            if (refusal.isPresent()) {
                throw new RefusedException("the mail server refuses it: " + refusal.get(), e);
            }
            throw new IOException("the mail did not go out: " + e.getMessage(), e);
        }
    }

    /** What the server says that it would say again. */
    private static Optional<String> refusal(MessagingException failure) {
        for (Exception e = failure; e instanceof MessagingException each; e = each.getNextException()) {
            int code = switch (each) {
                case SMTPAddressFailedException address -> address.getReturnCode();
                case SMTPSenderFailedException sender -> sender.getReturnCode();
                case SMTPSendFailedException send -> send.getReturnCode();
                default -> 0;
            };
            if (code >= PERMANENT) {
                return Optional.of(String.valueOf(each.getMessage()).strip());
            }
        }
        return Optional.empty();
    }

    private MimeMessage message(AlertChange change) throws MessagingException {
        Alert alert = change.alert();
        MimeMessage message = new MimeMessage(session);
        message.setFrom(new InternetAddress(target.from(), true));
        for (String to : target.to()) {
            message.addRecipient(Message.RecipientType.TO, new InternetAddress(to, true));
        }
        String severity = alert.rule().severity().label();
        message.setSubject("[AgentFense] " + change.state() + ", " + severity + ": " + alert.message(), "UTF-8");
        message.setSentDate(Date.from(change.at()));
        message.setHeader("Auto-Submitted", "auto-generated");
        message.setHeader("X-AgentFense-Alert", alert.id());
        message.setText(text(change), "UTF-8");
        return message;
    }

    private static String text(AlertChange change) {
        Alert alert = change.alert();
        return alert.message() + "\n\n" + change.state() + " at " + change.at() + ", raised at " + alert.raisedAt()
                + ", last event at " + alert.lastAt() + ", events so far: " + alert.count() + "\n\n"
                + AlertJson.of(change) + "\n";
    }
}
