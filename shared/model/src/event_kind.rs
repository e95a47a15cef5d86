use crate::named::named_enum;

named_enum! {
    /// The thirteen kinds of events.
    "event kind" enum EventKind {
        /// A person submitted a form.
        FormSubmitted = "form.submitted",
        /// A transcript of a meeting is ready.
        MeetingTranscribed = "meeting.transcribed",
        /// A telephone call ended.
        CallEnded = "call.ended",
        /// A mail or a chat message arrived.
        EmailReceived = "email.received",
        /// A file was uploaded.
        FileUploaded = "file.uploaded",
        /// An invoice was paid.
        InvoicePaid = "invoice.paid",
        /// A payment did not go through.
        PaymentFailed = "payment.failed",
        /// An appointment was made or moved.
        BookingCreated = "booking.created",
        /// An appointment was canceled.
        BookingCanceled = "booking.canceled",
        /// A supplier answered.
        VendorReplied = "vendor.replied",
        /// A support case was escalated.
        SupportEscalated = "support.escalated",
        /// An automated workflow failed or recovered.
        AutomationFailed = "automation.failed",
        /// A record moved to another stage.
        RecordStageChanged = "record.stage_changed",
    }
}
