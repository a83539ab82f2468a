package io.agentfense.secret.rule;

import static io.agentfense.secret.rule.Severity.HIGH;
import static io.agentfense.secret.rule.Severity.LOW;
import static io.agentfense.secret.rule.Severity.MEDIUM;
import static io.agentfense.secret.rule.Shapes.around;
import static io.agentfense.secret.rule.Shapes.nearby;
import static io.agentfense.secret.rule.Shapes.token;

import java.util.List;

/** Messages, mail, payment, shops and models. */
final class ServiceRules {
    static final List<Rule> RULES = List.of(
            token(
                    "slack-token",
                    "Slack token",
                    HIGH,
                    List.of(
                            "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxo-", "xoxc-", "xoxd-", "xoxe-", "xoxe.",
                            "xapp-"),
                    "(?:xox[bposarc]-(?:\\d+-){1,3}[\\w-]{20,80}|xox[abr]-2-[\\w-]{30,200}|xoxd-[\\w%+/-]{50,300}|xoxe[.-](?:xox[bp]-)?\\d-[\\w-]{100,250}|xapp-\\d-[A-Z0-9]{8,14}-\\d{10,15}-[0-9a-f]{64})"),
            nearby(
                    "slack-webhook",
                    "Slack webhook",
                    MEDIUM,
                    List.of("hooks.slack.com/"),
                    160,
                    "hooks\\.slack\\.com/(?:services|workflows|triggers)/(?<secret>[A-Z0-9]{8,12}/[A-Z0-9]{8,14}/[A-Za-z0-9]{20,32}(?:/[A-Za-z0-9]{20,32})?)"),
            nearby(
                    "discord-webhook",
                    "Discord webhook",
                    MEDIUM,
                    List.of("/api/webhooks/"),
                    140,
                    "/api/webhooks/\\d{17,20}/(?<secret>[\\w-]{60,72})(?![\\w-])"),
            nearby(
                    "discord-bot-token",
                    "Discord bot token",
                    HIGH,
                    List.of("discord", "bot", "token", "login", "client.run"),
                    140,
                    "(?i)[\\w.]{0,40}[\"']?\\]?\\s{0,3}(?:=>|[:=,(]|\\s)[\"'\\s(]{0,4}(?-i)(?<secret>[MNO][A-Za-z0-9_-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,40})(?![\\w-])"),
            nearby(
                    "teams-webhook",
                    "Microsoft Teams webhook",
                    MEDIUM,
                    List.of(".webhook.office.com/"),
                    260,
                    "\\.webhook\\.office\\.com/webhookb2/(?<secret>[0-9a-f-]{36}@[0-9a-f-]{36}/IncomingWebhook/[0-9a-f]{32}/[0-9a-f-]{36})"),
            around("telegram-bot-token", "Telegram bot token", HIGH, ":AA", 10, "\\d{8,10}:AA[\\w-]{33}(?![\\w-])"),
            token(
                    "stripe-key",
                    "Stripe key",
                    HIGH,
                    List.of("sk_live_", "rk_live_", "sk_prod_", "rk_prod_"),
                    "[sr]k_(?:live|prod)_[A-Za-z0-9]{16,250}"),
            token(
                    "stripe-test-key",
                    "Stripe key of a test account",
                    LOW,
                    List.of("sk_test_", "rk_test_"),
                    "[sr]k_test_[A-Za-z0-9]{16,250}"),
            token("stripe-webhook-secret", "Stripe webhook secret", HIGH, "whsec_", "[A-Za-z0-9+/]{32,64}={0,2}"),
            token(
                    "square-token",
                    "Square token",
                    HIGH,
                    List.of("EAAA", "sq0atp-", "sq0csp-"),
                    "(?:EAAA[\\w-]{60}|sq0atp-[\\w-]{22}|sq0csp-[\\w-]{43})(?![\\w-])"),
            token(
                    "shopify-token",
                    "Shopify token",
                    HIGH,
                    List.of("shpat_", "shpca_", "shppa_", "shpss_"),
                    "shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
            token("razorpay-key", "Razorpay key", MEDIUM, "rzp_live_", "[A-Za-z0-9]{14}"),
            token("shippo-token", "Shippo token", HIGH, "shippo_live_", "[0-9a-f]{40}"),
            token(
                    "braintree-token",
                    "PayPal Braintree access token",
                    HIGH,
                    "access_token$production$",
                    "[0-9a-z]{16}\\$[0-9a-f]{32}"),
            token("twilio-api-key", "Twilio API key", HIGH, "SK", "[0-9a-f]{32}"),
            nearby(
                    "twilio-auth-token",
                    "Twilio auth token",
                    HIGH,
                    List.of("twilio"),
                    180,
                    "(?i)twilio[^\\n]{0,100}?(?:(?:token|secret)\\w{0,8}[\"']?\\s*(?:=>|[:=,(])\\s*[\"']?|AC[0-9a-f]{32}[\"']\\s*,\\s*[\"'])(?-i)(?<secret>[0-9a-f]{32})(?!\\w)"),
            token("sendgrid-key", "SendGrid key", HIGH, "SG.", "[\\w-]{22}\\.[\\w-]{43}(?![\\w-])"),
            token("mailgun-key", "Mailgun key", HIGH, "key-", "[0-9a-f]{32}"),
            nearby(
                    "mailgun-key",
                    "Mailgun key",
                    HIGH,
                    List.of("mailgun"),
                    140,
                    "(?i)mailgun[\\w.-]{0,30}[\"']?\\]?\\s*(?:=>|[:=,(])[\"'\\s(]{0,4}(?-i)(?<secret>[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})"),
            around("mailchimp-key", "Mailchimp key", HIGH, "-us", 32, "[0-9a-f]{32}-us\\d{1,2}"),
            token(
                    "brevo-key",
                    "Brevo key",
                    HIGH,
                    List.of("xkeysib-", "xsmtpsib-"),
                    "x(?:key|smtp)sib-[0-9a-f]{64}-[A-Za-z0-9]{16}"),
            nearby(
                    "postmark-token",
                    "Postmark server token",
                    HIGH,
                    List.of("postmark"),
                    120,
                    "(?i)(?:x-)?postmark[\\w.-]{0,30}token[\"']?\\s*(?:=>|[:=,(])[\"'\\s(]{0,4}(?<secret>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
            around(
                    "openai-key",
                    "OpenAI key",
                    HIGH,
                    "T3BlbkFJ",
                    110,
                    "sk-(?:(?:proj|svcacct|admin|None)-[\\w-]{20,100}|[A-Za-z0-9]{20})T3BlbkFJ[\\w-]{20,100}(?![\\w-])"),
            token(
                    "anthropic-key",
                    "Anthropic key",
                    HIGH,
                    "sk-ant-",
                    "(?:api|admin|oat|ort|sid)\\d\\d-[\\w-]{80,120}(?![\\w-])"),
            token("openrouter-key", "OpenRouter key", HIGH, "sk-or-v1-", "[0-9a-f]{64}"),
            token(
                    "langfuse-key",
                    "Langfuse key",
                    HIGH,
                    "sk-lf-",
                    "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
            token(
                    "deepseek-key",
                    "Key of the form that DeepSeek and others use",
                    HIGH,
                    "sk-",
                    "[0-9a-f]{32}(?![\\w-])"),
            token(
                    "hugging-face-token",
                    "Hugging Face token",
                    HIGH,
                    List.of("hf_", "api_org_"),
                    "(?:hf|api_org)_[A-Za-z0-9]{34}"),
            token("replicate-token", "Replicate token", HIGH, "r8_", "[A-Za-z0-9]{37}"),
            token("groq-key", "Groq key", HIGH, "gsk_", "[A-Za-z0-9]{52}"),
            token("xai-key", "xAI key", HIGH, "xai-", "[A-Za-z0-9]{80}"),
            token("perplexity-key", "Perplexity key", HIGH, "pplx-", "[A-Za-z0-9]{40,56}"),
            token(
                    "langsmith-key",
                    "LangSmith key",
                    HIGH,
                    List.of("lsv2_pt_", "lsv2_sk_"),
                    "lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}"),
            token("pinecone-key", "Pinecone key", HIGH, "pcsk_", "[A-Za-z0-9]{5,6}_[A-Za-z0-9]{60,70}"),
            token("wandb-key", "Weights & Biases key", HIGH, "wandb_v1_", "[A-Za-z0-9_]{60,90}"),
            nearby(
                    "wandb-key",
                    "Weights & Biases key",
                    HIGH,
                    List.of("wandb"),
                    100,
                    "(?i)wandb[\\w.-]{0,20}(?:key|login)[\"']?\\s*(?:=>|[:=,( ])[\"'\\s(]{0,4}(?<secret>[0-9a-f]{40})(?!\\w)"),
            token("mapbox-token", "Mapbox secret token", HIGH, "sk.eyJ", "[\\w-]{60,200}\\.[\\w-]{20,30}"),
            token("onepassword-token", "1Password service account token", HIGH, "ops_eyJ", "[\\w+/-]{200,1200}={0,2}"),
            token("typeform-token", "Typeform token", HIGH, "tfp_", "[\\w.=-]{59}"),
            token("flutterwave-key", "Flutterwave secret key", HIGH, "FLWSECK-", "(?<random>[0-9a-z]{32})-X"),
            token("facebook-token", "Facebook access token", HIGH, "EAACEdEose0cBA", "[A-Za-z0-9]{40,250}"),
            nearby(
                    "algolia-key",
                    "Algolia admin key",
                    MEDIUM,
                    List.of("algolia"),
                    100,
                    "(?i)algolia[\\w.-]{0,20}admin[\\w.-]{0,12}key[\"']?\\s*(?:=>|[:=,(])[\"'\\s(]{0,4}(?<secret>[0-9a-f]{32})(?!\\w)"));

    private ServiceRules() {}
}
