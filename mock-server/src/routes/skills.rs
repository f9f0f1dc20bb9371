//! `/prompt-skills`: templates with placeholders.

use axum::extract::Path;
use axum::routing::MethodRouter;
use hyper::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::{Shared, Tx};
use crate::error::{ApiError, ApiResult, Encoded, Reply};
use crate::extract::{Body, Query, Strings, validated_body, validated_query};
use crate::json::{Json, to_bytes};
use crate::skills::{Skill, SkillSet, install};

validated_body!(
    PromptSkillCreate,
    PromptSkillUpdate,
    PromptSkillInstall,
    SkillFileWrite
);
validated_query!(SearchQuery);

/// A skill to be created.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PromptSkillCreate {
    /// Name, from which the id is made.
    name: String,
    /// What the skill is for.
    #[schema(default = "")]
    description: String,
    /// The template, with `{{name}}` for variables.
    #[schema(default = "")]
    template: String,
    /// `prompt`, `skill` or `protocol`.
    #[schema(default = "skill")]
    category: String,
    /// Names of the variables.
    variables: Option<Vec<String>>,
}

/// A new template for a skill.
#[derive(Debug, Deserialize, ToSchema)]
struct PromptSkillUpdate {
    /// The template.
    template: String,
}

/// A skill to be installed from a repository.
#[derive(Debug, Deserialize, ToSchema)]
struct PromptSkillInstall {
    /// Only `git` is known.
    #[schema(default = "git")]
    source: String,
    /// Where the repository is, on this machine.
    url: String,
    /// Name of the skill; the last part of the URL when absent.
    name: Option<String>,
}

/// A file's new content.
#[derive(Debug, Deserialize, ToSchema)]
struct SkillFileWrite {
    /// The whole text.
    content: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchQuery {
    /// What to look for; nothing lists all.
    #[param(default = "")]
    q: String,
    /// How many are shown at most; a negative number drops as many of the last.
    #[param(default = 20, value_type = i64)]
    limit: Json,
}

#[derive(Serialize)]
struct Message {
    message: String,
}

#[derive(Serialize)]
struct Reloaded {
    message: &'static str,
    count: usize,
}

#[derive(Serialize)]
struct Rendered {
    rendered: String,
}

#[derive(Serialize)]
struct FileContent<'a> {
    path: &'a str,
    content: &'a str,
}

#[derive(Serialize)]
struct FileSaved {
    message: &'static str,
    path: String,
}

/// The routes of a file whose path is empty; see [`read_skill_file`] and [`write_skill_file`].
pub(crate) fn empty_file_path() -> MethodRouter<Shared> {
    axum::routing::get(async |tx: Tx, Path(id): Path<String>| {
        read_skill_file(tx, Path((id, String::new()))).await
    })
    .put(
        async |tx: Tx, Path(id): Path<String>, body: Body<SkillFileWrite>| {
            write_skill_file(tx, Path((id, String::new())), body).await
        },
    )
}

pub(crate) fn router() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_prompt_skills, create_prompt_skill))
        .routes(routes!(search_prompt_skills))
        .routes(routes!(reload_prompt_skills))
        .routes(routes!(install_prompt_skill))
        .routes(routes!(
            get_prompt_skill,
            update_prompt_skill,
            delete_prompt_skill
        ))
        .routes(routes!(render_prompt_skill))
        .routes(routes!(list_skill_files))
        .routes(routes!(read_skill_file, write_skill_file))
}

fn unknown(id: &str) -> ApiError {
    ApiError::not_found(format!("Prompt skill '{id}' not found"))
}

fn shown(skill: &Skill) -> Encoded {
    Encoded(to_bytes(&skill.on_the_wire()))
}

/// Lists all skills.
#[utoipa::path(get, path = "/prompt-skills", responses((status = 200)))]
async fn list_prompt_skills(tx: Tx) -> Encoded {
    Encoded(tx.skills(|skills| to_bytes(&skills.list())))
}

/// Creates a skill.
///
/// Example: `{"name": "My skill", "template": "Hello {{who}}", "variables": ["who"]}`. Answers 409
/// when the id exists.
#[utoipa::path(post, path = "/prompt-skills", request_body = PromptSkillCreate, responses((status = 200)))]
async fn create_prompt_skill(tx: Tx, Body(body): Body<PromptSkillCreate>) -> ApiResult<Encoded> {
    let id = SkillSet::id_for(&body.name);
    tx.change_skill(&id, |skills| {
        let PromptSkillCreate {
            name,
            description,
            template,
            category,
            variables,
        } = body;
        let (id, skill) = skills.create(
            &name,
            &description,
            &template,
            &category,
            variables.as_deref(),
        );
        skill.map(shown).ok_or_else(|| already_exists(&id))
    })
}

fn already_exists(id: &str) -> ApiError {
    ApiError::Detail(StatusCode::CONFLICT, format!("Skill '{id}' already exists"))
}

/// Searches skills by name, description and template, best first.
#[utoipa::path(get, path = "/prompt-skills/search", params(SearchQuery), responses((status = 200)))]
async fn search_prompt_skills(tx: Tx, Query(query): Query<SearchQuery>) -> Encoded {
    let limit = query.limit.saturating_i64().unwrap_or(0);
    Encoded(tx.skills(|skills| to_bytes(&skills.search(&query.q, limit))))
}

/// Reads the skills again.
#[utoipa::path(post, path = "/prompt-skills/reload", responses((status = 200)))]
async fn reload_prompt_skills(tx: Tx) -> ApiResult<Reply<Reloaded>> {
    let count = tx.reload_skills()?;
    Ok(Reply(Reloaded {
        message: "Prompt skills reloaded",
        count,
    }))
}

/// Installs a skill from a git repository on this machine.
///
/// Answers 400 for another source, 409 when the id exists, 502 when the repository cannot be
/// cloned, and 422 when it has no `SKILL.md`.
#[utoipa::path(post, path = "/prompt-skills/install", request_body = PromptSkillInstall,
    responses((status = 200)))]
async fn install_prompt_skill(tx: Tx, Body(body): Body<PromptSkillInstall>) -> ApiResult<Encoded> {
    if body.source != "git" {
        let message = format!("Unsupported install source: {}", body.source);
        return Err(ApiError::Detail(StatusCode::BAD_REQUEST, message));
    }
    let name = body.name.filter(|name| !name.is_empty());
    let id = SkillSet::id_for(&name.unwrap_or_else(|| install::name_of(&body.url)));
    if tx.skills(|skills| skills.get(&id).is_some()) {
        return Err(already_exists(&id));
    }
    let skill = install::from_git(&body.url, &id).await.map_err(|error| {
        let status = match error {
            install::InstallError::NoSkill => StatusCode::UNPROCESSABLE_ENTITY,
            install::InstallError::Clone(_) => StatusCode::BAD_GATEWAY,
        };
        ApiError::Detail(status, error.to_string())
    })?;
    tx.install_skill(skill, shown)
}

/// Shows a skill.
///
/// Answers 404 for an unknown skill.
#[utoipa::path(get, path = "/prompt-skills/{skill_id}", params(("skill_id" = String, Path)),
    responses((status = 200)))]
async fn get_prompt_skill(tx: Tx, Path(id): Path<String>) -> ApiResult<Encoded> {
    tx.skills(|skills| skills.get(&id).map(shown))
        .ok_or_else(|| unknown(&id))
}

/// Replaces a skill's template.
///
/// Answers 404 for an unknown skill.
#[utoipa::path(put, path = "/prompt-skills/{skill_id}", params(("skill_id" = String, Path)),
    request_body = PromptSkillUpdate, responses((status = 200)))]
async fn update_prompt_skill(
    tx: Tx,
    Path(id): Path<String>,
    Body(body): Body<PromptSkillUpdate>,
) -> ApiResult<Encoded> {
    tx.change_skill(&id, |skills| {
        skills
            .update(&id, &body.template)
            .map(shown)
            .ok_or_else(|| unknown(&id))
    })
}

/// Deletes a skill.
///
/// Answers 404 for an unknown skill and 403 for one that belongs to the server.
#[utoipa::path(delete, path = "/prompt-skills/{skill_id}", params(("skill_id" = String, Path)),
    responses((status = 200)))]
async fn delete_prompt_skill(tx: Tx, Path(id): Path<String>) -> ApiResult<Reply<Message>> {
    tx.change_skill(&id, |skills| match skills.get(&id) {
        None => Err(unknown(&id)),
        Some(skill) if skill.is_internal() => {
            let message = format!("Cannot delete internal skill '{id}'");
            Err(ApiError::Detail(StatusCode::FORBIDDEN, message))
        }
        Some(_) => {
            skills.delete(&id);
            Ok(Reply(Message {
                message: format!("Skill '{id}' deleted"),
            }))
        }
    })
}

/// Fills a skill's template with variables.
///
/// Example: `{"goal": "train"}`. Placeholders without a value are removed. Answers 404 for an
/// unknown skill.
#[utoipa::path(post, path = "/prompt-skills/{skill_id}/render", params(("skill_id" = String, Path)),
    request_body = std::collections::HashMap<String, String>, responses((status = 200)))]
async fn render_prompt_skill(
    tx: Tx,
    Path(id): Path<String>,
    Body(Strings(variables)): Body<Strings>,
) -> ApiResult<Reply<Rendered>> {
    let variables: Vec<(String, String)> = variables.into_iter().collect();
    let rendered = tx.skills(|skills| skills.render(&id, &variables));
    rendered
        .map(|rendered| Reply(Rendered { rendered }))
        .ok_or_else(|| unknown(&id))
}

/// Lists the files of a skill's folder.
///
/// Answers 404 for an unknown skill.
#[utoipa::path(get, path = "/prompt-skills/{skill_id}/files", params(("skill_id" = String, Path)),
    responses((status = 200)))]
async fn list_skill_files(tx: Tx, Path(id): Path<String>) -> ApiResult<Encoded> {
    let entries = tx.skills(|skills| skills.entries(&id).map(|entries| to_bytes(&entries)));
    entries.map(Encoded).ok_or_else(|| unknown(&id))
}

/// Shows a file of a skill's folder.
///
/// Answers 404 for a file that is not there, and for any path that leads out of the folder.
#[utoipa::path(get, path = "/prompt-skills/{skill_id}/files/{*file_path}",
    params(("skill_id" = String, Path), ("file_path" = String, Path)), responses((status = 200)))]
async fn read_skill_file(tx: Tx, Path((id, path)): Path<(String, String)>) -> ApiResult<Encoded> {
    let content = tx.skills(|skills| {
        let content = skills.read_file(&id, &path)?;
        Some(to_bytes(&FileContent {
            path: &path,
            content: &content,
        }))
    });
    content
        .map(Encoded)
        .ok_or_else(|| ApiError::not_found(format!("File not found: {path}")))
}

/// Writes a file of a skill's folder.
///
/// Answers 404 for an unknown skill, and for any path that leads out of the folder.
#[utoipa::path(put, path = "/prompt-skills/{skill_id}/files/{*file_path}",
    params(("skill_id" = String, Path), ("file_path" = String, Path)),
    request_body = SkillFileWrite, responses((status = 200)))]
async fn write_skill_file(
    tx: Tx,
    Path((id, path)): Path<(String, String)>,
    Body(body): Body<SkillFileWrite>,
) -> ApiResult<Reply<FileSaved>> {
    tx.change_skill(&id, |skills| {
        skills
            .write_file(&id, &path, &body.content)
            .ok_or_else(|| ApiError::not_found(format!("Skill or path not found: {id}/{path}")))
    })?;
    Ok(Reply(FileSaved {
        message: "File saved",
        path,
    }))
}
